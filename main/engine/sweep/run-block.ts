/** Claimed jobs that are measured together: one alone, or several by turns. */
import type { ClaimedJob } from '../store/sweeps.ts';
import { runJob } from './run-job.ts';
import type { JobTools } from './run-job.ts';

/**
 * Runs the jobs of a block; each is told as soon as it has ended, with its run's id, or null where nothing was stored. What
 * one of them can't store ends all: rejects as `runJob`, once all have ended.
 */
export async function runBlock(
  claimed: readonly ClaimedJob[],
  tools: JobTools,
  abort: AbortController,
  onEnded: (claimed: ClaimedJob, runId: number | null) => void,
): Promise<void> {
  const [first] = claimed;
  if (first !== undefined && claimed.length === 1) {
    onEnded(first, await runJob(first, tools, abort.signal));
    return;
  }
  const places = tools.inference.takeTurns(claimed.length);
  const ended = await Promise.allSettled(
    claimed.map(async (one, index) => {
      const place = places[index]!;
      const own: JobTools = {
        ...tools,
        prepare: (job, options) => place.alone(() => tools.prepare(job, options)),
        inference: { ...tools.inference, measure: place.measure },
      };
      try {
        onEnded(one, await runJob(one, own, abort.signal));
      } catch (error) {
        abort.abort();
        throw error;
      } finally {
        place.leave();
      }
    }),
  );
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
