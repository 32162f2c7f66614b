/** One thing done with a model in a process of its own: `model-process.ts inspect|add MODEL [DATA_FOLDER]`; prints what it took. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { artifactStore } from '../../main/engine/store/artifacts.ts';
import { openDatabase } from '../../main/engine/store/database.ts';
import { createModelStore } from '../../main/engine/store/models.ts';
import { createLibrary } from '../../main/engine/library/library.ts';
import { systemClock } from '../../main/engine/ports.ts';
import { migrations } from '../fixtures/many-runs.ts';
import { peakMemoryBytes } from '../fixtures/peak-memory.ts';
import { sourceJobs } from '../fixtures/real-models.ts';

/** What one thing took. */
export interface Took {
  readonly tookMs: number;
  /** Of this process alone, not of the processes it starts. */
  readonly peakBytes: number;
  readonly longestStallMs: number;
}

const [task, model = '', folder = ''] = process.argv.slice(2);

async function inspect(): Promise<() => Promise<void>> {
  const { openSession } = await import('../../main/inference/session.ts');
  const { inspectModel } = await import('../../main/engine/graph/inspect.ts');
  return async () => {
    const { macs } = await inspectModel(model, { openSession });
    if (macs === null) throw new Error('the multiply-accumulates are not known');
  };
}

function add(): () => Promise<void> {
  const models = createModelStore(openDatabase(folder, migrations()), systemClock);
  const store = { models, artifacts: artifactStore(folder) };
  const library = createLibrary({ store, jobs: sourceJobs(), publish: () => {}, clock: systemClock });
  return async () => {
    const { added } = await library.add([model]);
    if (added.length !== 1) throw new Error('the model was not added');
  };
}

const work = task === 'inspect' ? await inspect() : add();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const began = performance.now();
await work();
const tookMs = performance.now() - began;
delay.disable();
const took: Took = { tookMs, peakBytes: peakMemoryBytes(), longestStallMs: delay.max / 1e6 };
console.log(JSON.stringify(took));
