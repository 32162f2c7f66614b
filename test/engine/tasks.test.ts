import { expect, test } from 'vitest';
import type { EngineEvent, TaskState } from '../../shared/contract.ts';
import { CrivoError } from '../../shared/errors.ts';
import { createTasks } from '../../main/engine/tasks.ts';

/** Tasks and what they told. */
function listened() {
  const told: TaskState[] = [];
  const tasks = createTasks((event: EngineEvent) => event.type === 'task' && told.push(event.task));
  return { tasks, told };
}
/** Work that ends when it is cancelled. */
const untilCancelled = ({ signal }: { readonly signal?: AbortSignal }): Promise<never> =>
  new Promise((_, reject) => {
    signal!.addEventListener('abort', () => reject(new CrivoError('cancelled', 'It was cancelled.')));
  });

test('a task tells that it runs, how far it is, and that it is done', async () => {
  const { tasks, told } = listened();
  const result = await tasks.run('t', 'Adding models', async ({ onProgress }) => {
    expect(tasks.running()).toMatchObject([{ taskId: 't', state: 'running' }]);
    onProgress?.(0.5, 'half');
    onProgress?.(0.6, 'too soon after the last');
    onProgress?.(1, 'all');
    return 7;
  });
  expect(result).toBe(7);
  expect(told.map(({ state, fraction, message }) => [state, fraction, message])).toEqual([
    ['running', 0, 'Adding models'],
    ['running', 0.5, 'half'],
    ['running', 1, 'all'],
    ['done', 1, ''],
  ]);
  expect(tasks.running()).toEqual([]);
});

test('a task that fails tells why, and rejects with it', async () => {
  const { tasks, told } = listened();
  const failing = tasks.run('t', 'Title', () => Promise.reject(new CrivoError('storage', 'The disk is full.')));
  await expect(failing).rejects.toMatchObject({ kind: 'storage' });
  expect(told.at(-1)).toMatchObject({ state: 'failed', message: 'The disk is full.' });
});

test('a task is cancelled by its id, once, and all at the end', async () => {
  const { tasks, told } = listened();
  const [first, second] = [tasks.run('a', 'A', untilCancelled), tasks.run('b', 'B', untilCancelled)];
  tasks.cancel('a');
  await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
  expect(told.at(-1)).toMatchObject({ taskId: 'a', state: 'cancelled' });
  expect(() => tasks.cancel('a')).toThrow(/not running any more/);
  tasks.cancelAll();
  await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
});

test('an id in use is refused, and free again afterwards; without an id nothing is told', async () => {
  const { tasks, told } = listened();
  const running = tasks.run('t', 'T', untilCancelled);
  await expect(tasks.run('t', 'T', () => Promise.resolve(1))).rejects.toMatchObject({ kind: 'conflict' });
  tasks.cancel('t');
  await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await tasks.run('t', 'T', () => Promise.resolve(2))).toBe(2);
  told.length = 0;
  expect(await tasks.run(undefined, 'T', ({ signal }) => Promise.resolve(signal))).toBeUndefined();
  expect(told).toEqual([]);
});
