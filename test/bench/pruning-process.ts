/** One measurement of pruning in a process of its own; prints it as JSON. */
import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from '../../main/inference/session.ts';
import { bundledDatasets } from '../../main/engine/accuracy/bundled-datasets.ts';
import { graphOf } from '../../main/engine/graph/graph.ts';
import { encodeModel } from '../../main/engine/onnx/write-model.ts';
import { builtInRecipes } from '../../main/engine/passes/recipes.ts';
import { prunableGraph } from '../../main/engine/passes/pruning/prunable-graph.ts';
import { makeVariantJob } from '../../main/jobs/make-variant.ts';
import { median } from './figure.ts';
import { mobilenetLike, resnetLike } from './pruning-graphs.ts';

const root = join(import.meta.dirname, '../..');
const [what = ''] = process.argv.slice(2);

function peakBytes(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? NaN) * 1024;
}

async function timedMs<Result>(work: () => Promise<Result> | Result): Promise<{ ms: number; result: Result }> {
  const started = performance.now();
  const result = await work();
  return { ms: performance.now() - started, result };
}

async function groups() {
  const measure = async (model: Parameters<typeof graphOf>[0]) =>
    (await timedMs(() => prunableGraph(graphOf(model), { protect: [], only: [] }, openSession))).ms;
  return { resnetGroupsMs: await measure(resnetLike()), mobilenetGroupsMs: await measure(mobilenetLike()) };
}

async function slicing() {
  const before = peakBytes();
  const model = resnetLike();
  const prunable = await prunableGraph(graphOf(model), { protect: [], only: [] }, openSession);
  const units = prunable.groups.flatMap((group) => group.units.slice(0, group.units.length >> 1));
  const { ms } = await timedMs(() => prunable.sliced(units));
  // Beyond what Node and ONNX Runtime take before the model is there; read before the file is written to know its size.
  const tookBytes = peakBytes() - before;
  const sliceBytes = encodeModel(model).byteLength;
  return { slicingMs: ms, sliceBytes, memoryRatio: tookBytes / sliceBytes };
}

async function variant(folder: string): Promise<string> {
  const { modelPath } = await makeVariantJob(
    {
      modelPath: join(root, 'resources/models/digits-resnet.onnx'),
      recipe: builtInRecipes.find(({ name }) => name === 'prune-50')!,
      ...{ dataset: bundledDatasets(join(root, 'resources'))[0]!.files, isa: [], folder },
    },
    { openSession, signal: new AbortController().signal, progress: () => {} },
  );
  return modelPath;
}

async function speed(folder: string) {
  const pruned = await variant(folder);
  const original = await openSession(join(root, 'resources/models/digits-resnet.onnx'), { threads: 1 });
  const half = await openSession(pruned, { threads: 1 });
  const values = Float32Array.from({ length: 16 * 784 }, (_, index) => Math.abs(Math.sin(index)));
  const feeds = { image: { elementType: 'float32', shape: [16, 1, 28, 28], values } };
  const times: [number[], number[]] = [[], []];
  for (let round = -10; round < 100; round += 1) {
    const pair = [await timedMs(() => original.run(feeds)), await timedMs(() => half.run(feeds))];
    if (round >= 0) pair.forEach(({ ms }, place) => times[place]!.push(ms));
  }
  const [before, after] = times.map(median) as [number, number];
  return { speedup: before / after, latencies: { original: before, pruned: after } };
}

const folder = mkdtempSync(join(tmpdir(), 'crivo-pruning-'));
try {
  const reading =
    what === 'groups'
      ? await groups()
      : what === 'slicing'
        ? await slicing()
        : what === 'repair'
          ? { repairMs: (await timedMs(() => variant(folder))).ms }
          : await speed(folder);
  process.stdout.write(JSON.stringify(reading));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
