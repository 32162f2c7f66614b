import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type * as Opening from '../../main/hosts/open-workbench.ts';
import type { Workbench } from '../../main/hosts/workbench.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { buildPart } from '../fixtures/build-part.ts';
import { builtCrivo, builtProgram } from '../fixtures/built.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const repeats = 5;
const rounds = 12;

/** What a night's plan, its queue and its cells cost beside what is measured. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  await builtCrivo();
  const built = await buildPart('main/hosts/open-workbench.ts');
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-'));
  try {
    const { openWorkbench } = (await import(built.path)) as typeof Opening;
    const workbench = await openWorkbench({ dataFolder: folder, program: builtProgram(), host: 'command line' });
    await workbench.call('hardware.report', {});
    const figures = [...(await planAndQueue(workbench)), await fixedCost(workbench)];
    await workbench.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await built.remove();
  }
}

const upTo = (count: number): string => Array.from({ length: count }, (_, index) => index + 1).join(', ');

async function planAndQueue({ call }: Workbench): Promise<readonly BenchFigure[]> {
  const yaml = `name: ten thousand
models: [digits-resnet, digits-mobilenet, digits-squeezenet]
batchSizes: [${upTo(50)}]
threads: [${upTo(67)}]
`;
  const planMs: number[] = [];
  const queueMs: number[] = [];
  const blocked = monitorEventLoopDelay({ resolution: 1 });
  let cells = 0;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    blocked.enable();
    const began = performance.now();
    cells = (await call('sweeps.plan', { yaml })).cells.length;
    planMs.push(performance.now() - began);
    const queueing = performance.now();
    const { id } = await call('sweeps.queue', { yaml });
    queueMs.push(performance.now() - queueing);
    blocked.disable();
    await call('sweeps.remove', { id });
  }
  const figure = { unit: 'ms', better: 'lower' as const, note: `${cells} cells, median of ${repeats}` };
  return [
    { ...figure, name: 'planning', value: median(planMs), target: 1_000 },
    { ...figure, name: 'planning and queueing', value: median(queueMs), target: 2_000 },
    {
      ...{ name: 'longest block of the event loop meanwhile', value: blocked.max / 1e6, unit: 'ms', target: 50 },
      ...{ better: 'lower', note: `${cells} cells, longest of ${repeats}` },
    },
  ];
}

/** From one stored result to the next, less what its cell took to create its session, to warm up and to measure. */
async function fixedCost({ call, hub, queueIdle }: Workbench): Promise<BenchFigure> {
  const storedAt = new Map<number, number>();
  const end = hub.subscribe(null, ({ event }) => {
    if (event.type === 'run-stored') storedAt.set(event.row.id, performance.now());
  });
  const yaml = `name: fixed cost\nmodels: [digits-squeezenet]\nmeasure: quick\nrounds: ${rounds}\n`;
  await call('sweeps.queue', { yaml });
  await call('queue.start', {});
  await queueIdle();
  end();
  const times = [...storedAt];
  const fixedMs: number[] = [];
  for (const [index, [id, at]] of times.entries()) {
    const before = times[index - 1];
    const { run } = await call('results.run', { id });
    if (before === undefined || run.measurement === null) continue;
    const { sessionCreationMs, warmup, measuringMs } = run.measurement;
    fixedMs.push(at - before[1] - sessionCreationMs - warmup.durationMs - measuringMs);
  }
  return {
    ...{ name: 'fixed cost of a cell', value: median(fixedMs), unit: 'ms', target: 300, better: 'lower' },
    note: `${fixedMs.length} rounds of ${measureProfiles.quick.minDurationMs} ms, ${Math.min(...fixedMs).toFixed(0)}–${Math.max(...fixedMs).toFixed(0)}, stored to stored`,
  };
}
