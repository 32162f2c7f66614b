import type { Call } from '../../shared/contract.ts';
import type { JobProgress, JobRow, QueueState, SweepSummary } from '../../shared/sweep.ts';
import type { Client } from '../rpc/client.ts';
import { Resource } from './resource.svelte.ts';
import { withWorkedOn } from './worked-on.ts';

const keptPoints = 600;

/** The queue as it is, and the running cell's latency as it was measured so far. */
export class Queue {
  readonly resource: Resource<QueueState>;
  /** The running cell's progress, oldest first. */
  points = $state.raw<readonly JobProgress[]>([]);
  readonly progress: JobProgress | null = $derived(this.points.at(-1) ?? null);
  readonly running: SweepSummary | undefined = $derived.by(() =>
    this.resource.value?.sweeps.find((sweep) => sweep.state === 'running'),
  );
  readonly #call: Call;

  constructor(client: Client) {
    this.#call = client.call;
    this.resource = new Resource(async () => {
      const state = await client.call('queue.state', {});
      this.#follow(state.progress);
      return withWorkedOn(state);
    });
    client.on('queue', ({ state }) => {
      this.resource.set(withWorkedOn(state));
      if (state.current === null) this.points = [];
    });
    client.on('progress', ({ progress }) => this.#follow(progress));
    client.onResync(() => void this.resource.load());
  }

  #follow(progress: JobProgress | null): void {
    if (progress === null) return;
    const sameJob = this.points.at(-1)?.jobId === progress.jobId;
    this.points = sameJob ? [...this.points, progress].slice(-keptPoints) : [progress];
  }

  readonly start = (): Promise<null> => this.#call('queue.start', {});
  readonly pause = (): Promise<null> => this.#call('queue.pause', {});
  readonly cancel = (sweepId: number): Promise<SweepSummary> => this.#call('queue.cancel', { sweepId });
  readonly retry = (sweepId: number): Promise<SweepSummary> => this.#call('queue.retry', { sweepId });
  readonly move = (sweepId: number, position: number): Promise<null> => this.#call('queue.move', { sweepId, position });
  readonly jobs = (id: number): Promise<readonly JobRow[]> => this.#call('sweeps.jobs', { id, limit: 10_000 });
  readonly log = async (jobId: number): Promise<string> => (await this.#call('queue.log', { jobId })).text;
}
