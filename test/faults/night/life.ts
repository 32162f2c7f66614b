/** One life of the program in a simulated night: works through the queue of a data folder until it is done or killed. */
import { openWorkbench } from '../../../main/hosts/open-workbench.ts';
import type { ProgramPaths } from '../../../main/hosts/paths.ts';
import { toFailure } from '../../../shared/errors.ts';
import type { MessageFromLife, MessageToLife } from './messages.ts';

const [dataFolder = '', program = ''] = process.argv.slice(2);
const tell = (message: MessageFromLife): void => void process.send?.(message);
let clockErrorMs = 0;

process.on('message', (message: MessageToLife) => {
  if (message.type === 'step-clock') {
    clockErrorMs += message.byMs;
    return;
  }
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  tell({ type: 'memory', rssBytes: rss, heapBytes: heapUsed + external });
});

try {
  const workbench = await openWorkbench({
    ...{ dataFolder, host: 'command line' },
    program: JSON.parse(program) as ProgramPaths,
    clock: { now: () => Date.now() + clockErrorMs, monotonicNs: () => process.hrtime.bigint() },
  });
  workbench.hub.subscribe(null, ({ event }) => {
    if (event.type === 'run-stored') tell({ type: 'stored', runId: event.row.id });
    else if (event.type === 'progress' && event.progress.phase === 'measuring') tell({ type: 'measuring' });
  });
  await workbench.call('queue.start', {});
  const end = await workbench.queueIdle();
  await workbench.close();
  tell(end.reason === 'failed' ? { type: 'failed', failure: toFailure(end.failure) } : { type: 'ended' });
} catch (error) {
  tell({ type: 'failed', failure: toFailure(error) });
}
process.disconnect();
