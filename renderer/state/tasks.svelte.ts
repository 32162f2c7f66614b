import { SvelteMap } from 'svelte/reactivity';
import type { Call, TaskState } from '../../shared/contract.ts';
import type { Client } from '../rpc/client.ts';

/** Long calls of this page: their progress by task id, and how to end them. */
export class Tasks {
  readonly byId = new SvelteMap<string, TaskState>();
  readonly #call: Call;

  constructor(client: Client) {
    this.#call = client.call;
    client.on('task', ({ task }) => this.byId.set(task.taskId, task));
  }

  /** Runs a call under a new task id, which the caller may follow and cancel meanwhile. */
  readonly run = async <Result>(start: (taskId: string) => Promise<Result>): Promise<Result> => {
    const taskId = crypto.randomUUID();
    try {
      return await start(taskId);
    } finally {
      this.byId.delete(taskId);
    }
  };

  readonly cancel = async (taskId: string): Promise<void> => {
    await this.#call('tasks.cancel', { taskId });
  };
}
