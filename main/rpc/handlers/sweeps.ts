import type { Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';

const firstJobs = 1_000;

/** Answers the calls about sweeps and the queue. */
export const sweepHandlers = ({
  store,
  sweeps,
  queue,
  nights,
}: Pick<Engine, 'store' | 'sweeps' | 'queue' | 'nights'>) =>
  ({
    'sweeps.plan': (text) => sweeps.plan(text),
    'sweeps.queue': (text) => sweeps.queue(text),
    'sweeps.list': () => store.sweeps.list(),
    'sweeps.get': ({ id }) => {
      const { summary, yaml } = store.sweeps.get(id);
      return { summary, yaml };
    },
    'sweeps.jobs': ({ id, offset = 0, limit = firstJobs }) => store.sweeps.jobs(id, offset, limit),
    'sweeps.report': ({ id }) => nights.of(id),
    'sweeps.examples': () => sweeps.examples(),
    'sweeps.remove': ({ id }) => {
      store.sweeps.remove(id);
      queue.changed();
      return null;
    },
    'queue.state': () => queue.state(),
    'queue.start': () => {
      queue.start();
      return null;
    },
    'queue.pause': () => {
      queue.pause();
      return null;
    },
    'queue.cancel': ({ sweepId }) => queue.cancel(sweepId),
    'queue.retry': ({ sweepId }) => queue.retry(sweepId),
    'queue.move': ({ sweepId, position }) => {
      queue.move(sweepId, position);
      return null;
    },
    'queue.log': ({ jobId }) => ({ text: store.results.log(jobId) }),
  }) satisfies Partial<Handlers>;
