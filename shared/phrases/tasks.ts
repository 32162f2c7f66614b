/** What stands in the way of a task. */
export const taskPhrases = {
  taskRunning: 'A task "{id}" is running already; choose another id.',
  taskGone: 'That task is not running any more.',
} as const;
