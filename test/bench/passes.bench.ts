/** Passes on generated models of 100 MB (convolutions) to 2.2 GB (products): time, and peak memory against the file's size; and calibration. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '../../main/engine/onnx/write-model.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';
import { resnetLike, transformerLike } from './network-models.ts';
import { bytesOf, passRunner } from './pass-readings.ts';
import type { Reading, Run } from './pass-readings.ts';
import { realModels } from '../fixtures/real-models.ts';

const rounds = 5;

/** fp16, weights by channel, blocks of 4 bits, calibration, and a model beyond 2 GiB. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-'));
  const run = await passRunner(folder);
  const written = async (name: string, model: Parameters<typeof writeModel>[0]): Promise<string> => {
    const path = join(folder, name);
    await writeModel(model, path);
    return path;
  };
  try {
    const resnet = await written('resnet-like.onnx', resnetLike());
    const figures = [...convolutions(run, resnet), ...calibration(run)];
    const transformer = await written('transformer-like.onnx', transformerLike(400));
    const blocks = (name: string, target: number) => ({ pass: 'quantize-weights', name, target });
    const columns = { pass: 'quantize-dynamic', name: 'weights to 8 bits per column of 400 MB', target: 1.5 };
    figures.push(...products(run, transformer, blocks('MatMulNBits 4 bits of 400 MB', 6), rounds));
    figures.push(...products(run, transformer, columns, rounds));
    rmSync(transformer);
    const large = await written('large.onnx', transformerLike(2_250));
    figures.push(...products(run, large, blocks('MatMulNBits 4 bits of 2.2 GB with external data', 60), 1));
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const seconds = (values: readonly number[]): number => median(values) / 1_000;

/** Peak memory of the processes over the file's size. */
function memory(name: string, readings: readonly Reading[], fileBytes: number): BenchFigure {
  const own = readings.map(({ peakBytes, beforeBytes }) => ((peakBytes ?? NaN) - (beforeBytes ?? NaN)) / fileBytes);
  const before = median(readings.map(({ beforeBytes }) => (beforeBytes ?? NaN) / 1e6));
  return {
    name: `${name}, peak memory of the process over the file`,
    value: median(readings.map(({ peakBytes }) => (peakBytes ?? NaN) / fileBytes)),
    ...{ unit: '×', target: 2.5, better: 'lower' },
    note: `${median(own).toFixed(2)}× beyond the ${before.toFixed(0)} MB that Node and ONNX Runtime take before the model is read`,
  };
}

function convolutions(run: Run, path: string): BenchFigure[] {
  const fileBytes = bytesOf(path);
  const note = `${(fileBytes / 1e6).toFixed(0)} MB, ${rounds} rounds`;
  const half = run(rounds, path, 'convert-to-float16');
  const recipe = run(rounds, path, 'normalize', 'convert-to-float16');
  const weights = run(rounds, path, 'quantize-dynamic={"operators":["Conv"]}');
  const pass = (readings: readonly Reading[], name: string): number =>
    seconds(readings.map((one) => one.passMs[name]!));
  const whole = (readings: readonly Reading[]): number => seconds(readings.map(({ wholeMs }) => wholeMs));
  const time = (name: string, value: number, target: number, words: string): BenchFigure => ({
    ...{ name, value, unit: 's', target, better: 'lower', note: words },
  });
  return [
    time('fp16, the pass alone', pass(half, 'convert-to-float16'), 1, note),
    time('fp16, file to file', whole(half), 1, 'reads, converts, writes, opens the result'),
    time('recipe fp16 with normalize, file to file', whole(recipe), 2, note),
    memory('fp16', half, fileBytes),
    memory('recipe fp16 with normalize', recipe, fileBytes),
    time('weights to 8 bits per channel, the pass alone', pass(weights, 'quantize-dynamic'), 1.5, note),
    time('weights to 8 bits per channel, file to file', whole(weights), 3, note),
    memory('weights to 8 bits per channel', weights, fileBytes),
  ];
}

/** One pass over the weights of products. */
interface ProductPass {
  readonly pass: string;
  readonly name: string;
  /** Seconds. */
  readonly target: number;
}

function products(run: Run, path: string, { pass, name, target }: ProductPass, count: number): BenchFigure[] {
  const fileBytes = bytesOf(path);
  const readings = run(count, path, pass);
  const note = `${(fileBytes / 1e6).toFixed(0)} MB, ${count} rounds`;
  const value = seconds(readings.map(({ passMs }) => passMs[pass]!));
  return [{ name: `${name}, the pass alone`, value, unit: 's', target, better: 'lower', note }, memory(name, readings, fileBytes)];
} // prettier-ignore

/** On digits: how much of the time is inference, and what ten times the images cost in memory. */
function calibration(run: Run): BenchFigure[] {
  const measure = (count: number): readonly Reading[] =>
    run(3, realModels.resnet, 'normalize', `quantize-static={"calibrationCount":${count}}`, '--digits');
  const [few, many] = [measure(20), measure(200)];
  const peak = (readings: readonly Reading[]): number => median(readings.map(({ peakBytes }) => peakBytes ?? NaN));
  return [
    {
      name: 'calibration of digits-resnet on 200 images by percentile, share inside ONNX Runtime',
      value: median(many.map(({ figures }) => Number(figures['calibration_inference_percent']))),
      ...{ unit: '%', target: 80, better: 'higher' },
      note: `${median(many.map(({ figures }) => Number(figures['calibration_ms'])))} ms`,
    },
    {
      name: 'calibration, peak memory with 200 images over 20',
      value: peak(many) / peak(few),
      ...{ unit: '×', target: 1.1, better: 'lower' },
      note: `${(peak(few) / 1e6).toFixed(0)} MB with 20`,
    },
  ];
}
