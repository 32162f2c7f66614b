/** Long calls that tell how far they are and can be cancelled, under an id that the caller chose. */
import { say } from '../../shared/phrases/phrase.ts';
import { CrivoError, toFailure } from '../../shared/errors.ts';
import type { TaskState } from '../../shared/contract.ts';
import type { JobOptions, Publish } from './ports.ts';

export interface Tasks {
  /** Works under the id, if there is one; `work` gets a signal and the place to tell its progress to. */
  readonly run: <Result>(
    taskId: string | undefined,
    title: string,
    work: (options: JobOptions) => Promise<Result>,
  ) => Promise<Result>;
  /** Raises `not-found` where no task of that id runs. */
  readonly cancel: (taskId: string) => void;
  readonly running: () => readonly TaskState[];
  readonly cancelAll: () => void;
}

/** Told at most so often, so that a fast job floods no window. */
const intervalMs = 100;

export function createTasks(publish: Publish): Tasks {
  const running = new Map<string, { state: TaskState; readonly abort: AbortController }>();
  return {
    run: async (taskId, title, work) => {
      if (taskId === undefined) return work({});
      if (running.has(taskId)) throw new CrivoError('conflict', say('taskRunning', { id: taskId }));
      const abort = new AbortController();
      const task = { state: { taskId, title, state: 'running', fraction: 0, message: title } as TaskState, abort };
      running.set(taskId, task);
      const tell = (change: Partial<TaskState>): void => {
        task.state = { ...task.state, ...change };
        publish({ type: 'task', task: task.state });
      };
      let toldMs = Number.NEGATIVE_INFINITY;
      tell({});
      try {
        const result = await work({
          signal: abort.signal,
          onProgress: (fraction, message) => {
            if (performance.now() - toldMs < intervalMs && fraction !== 1) return;
            toldMs = performance.now();
            tell({ fraction, message });
          },
        });
        tell({ state: 'done', fraction: 1, message: '' });
        return result;
      } catch (error) {
        const { kind, message } = toFailure(error);
        tell({ state: kind === 'cancelled' ? 'cancelled' : 'failed', message });
        throw error;
      } finally {
        running.delete(taskId);
      }
    },
    cancel: (taskId) => {
      const task = running.get(taskId);
      if (task === undefined) throw new CrivoError('not-found', say('taskGone'));
      task.abort.abort();
    },
    running: () => [...running.values()].map(({ state }) => state),
    cancelAll: () => {
      for (const { abort } of running.values()) abort.abort();
    },
  };
}
