/**
 * Which importance pruning should have by default, judged without the test set: the 200 calibration digits are halved, each half
 * prunes and repairs once, and the model that comes out is compared with the original on the other half. Prints a table.
 */
import { join } from 'node:path';
import { bundledDatasets } from '../../main/engine/accuracy/bundled-datasets.ts';
import { largestIndex } from '../../main/engine/accuracy/metrics.ts';
import { graphOf } from '../../main/engine/graph/graph.ts';
import { readModel } from '../../main/engine/onnx/read-model.ts';
import { encodeModel } from '../../main/engine/onnx/write-model.ts';
import { calibrationSource } from '../../main/engine/passes/calibration-source.ts';
import { passNamed } from '../../main/engine/passes/index.ts';
import type { CalibrationSource, Feeds } from '../../main/engine/passes/pass.ts';
import { checkOptions } from '../../main/engine/passes/resolve-recipe.ts';
import { openSession } from '../../main/inference/session.ts';
import { realModels } from '../fixtures/real-models.ts';

const digits = bundledDatasets(join(import.meta.dirname, '../../resources'))[0]!.files;
const candidates = ['l1', 'l2', 'activation'].flatMap((importance) =>
  [true, false].map((global) => ({ importance, global })),
);
const shared = { openSession, isa: [], folder: '', signal: new AbortController().signal, progress: () => {} };

const half = (source: CalibrationSource, from: number, count: number): CalibrationSource => ({
  ...{ name: source.name, count, sha256: source.sha256 },
  feeds: async function* ({ batchSize = 1, limit = Infinity } = {}) {
    let seen = 0;
    for await (const feeds of source.feeds({ batchSize })) {
      if (seen >= from && seen < Math.min(from + count, from + limit)) yield feeds;
      seen += batchSize;
    }
  },
});

async function logits(model: Uint8Array, source: CalibrationSource): Promise<readonly Feeds[]> {
  const session = await openSession(model, { threads: 1 });
  const outputs: Feeds[] = [];
  for await (const feeds of source.feeds({ batchSize: 10 })) outputs.push(await session.run(feeds));
  await session.release();
  return outputs;
}

/** Logits' signal-to-noise ratio, dB, and the share of images whose class is the original's, %. */
function closeness(expected: readonly Feeds[], actual: readonly Feeds[]) {
  let [signal, noise, same, all] = [0, 0, 0, 0];
  expected.forEach((batch, at) => {
    const [wanted, found] = [Object.values(batch)[0]!, Object.values(actual[at]!)[0]!];
    const [rows = 0, classes = 0] = wanted.shape;
    wanted.values.forEach((value, index) => {
      signal += Number(value) ** 2;
      noise += (Number(value) - Number(found.values[index])) ** 2;
    });
    for (let row = 0; row < rows; row += 1, all += 1)
      if (largestIndex(wanted.values, row * classes, classes) === largestIndex(found.values, row * classes, classes))
        same += 1;
  });
  return { snrDb: 10 * Math.log10(signal / noise), agreement: (100 * same) / all };
}

console.log('| Model | Arithmetic gone | Importance | Ranked | SNR, dB | Same class |\n|---|---|---|---|---|---|');
for (const name of ['resnet', 'mobilenet', 'squeezenet'] as const) {
  const normalize = passNamed('normalize');
  const given = graphOf(await readModel(realModels[name]));
  const { graph } = await normalize.apply(given, checkOptions(normalize, {}), { ...shared, calibration: null });
  const source = await calibrationSource(digits, graph);
  const halves = [half(source, 0, 100), half(source, 100, 100)] as const;
  const expected = await Promise.all(halves.map((part) => logits(encodeModel(graph.model), part)));
  for (const ratio of [0.3, 0.5]) {
    for (const { importance, global } of candidates) {
      const prune = passNamed('prune-channels');
      const options = checkOptions(prune, { ratio, importance, global });
      const folds: ReturnType<typeof closeness>[] = [];
      for (const place of [0, 1] as const) {
        const pruned = await prune.apply(graph, options, { ...shared, calibration: halves[place] });
        const other = 1 - place;
        folds.push(closeness(expected[other]!, await logits(encodeModel(pruned.graph.model), halves[other]!)));
      }
      const mean = (key: 'snrDb' | 'agreement'): string => ((folds[0]![key] + folds[1]![key]) / 2).toFixed(1);
      console.log(
        `| digits-${name} | ${ratio * 100}% | ${importance} | ${global ? 'together' : 'same share'} | ${mean('snrDb')} | ${mean('agreement')}% |`,
      );
    }
  }
}
process.exit(0);
