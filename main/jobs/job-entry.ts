/** A job's own process: does the one job that the parent orders, tells how far it is, and exits. */
import { CrivoError, toFailure } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { JobKind, Jobs } from '../engine/ports.ts';
import { openSession } from '../inference/session.ts';
import { jobHandlers } from './job-handlers.ts';
import type { JobContext, JobHandler } from './job-handlers.ts';
import type { JobOrder, MessageFromJob, MessageToJob } from './job-messages.ts';

const cancellation = new AbortController();

const send = (message: MessageFromJob): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });

const context: JobContext = {
  openSession,
  signal: cancellation.signal,
  progress: (fraction, message) => {
    if (cancellation.signal.aborted) throw new CrivoError('cancelled', say('anyJobCancelled'));
    send({ type: 'progress', fraction, message }).catch(() => process.exit(1));
  },
};

async function work(order: JobOrder): Promise<void> {
  try {
    const handler = jobHandlers[order.kind] as JobHandler<JobKind>;
    const output: Jobs[JobKind]['output'] = await handler(order.input as never, context);
    await send({ type: 'result', output });
  } catch (error) {
    await send({ type: 'failure', failure: toFailure(error) });
  }
  process.exit(0);
}

process.on('message', (message: MessageToJob) => {
  if (message.type === 'cancel') cancellation.abort();
  else work(message.order).catch(() => process.exit(1));
});
// The parent is gone: nobody waits for the result.
process.on('disconnect', () => process.exit(1));
