import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { nodeOptionsOf } from '../../main/jobs/job-runner.ts';
import type { BenchFigure } from './figure.ts';

const run = <Result>(...args: string[]): Result =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [...nodeOptionsOf('import-dataset'), join(import.meta.dirname, 'data-process.ts'), ...args],
      { encoding: 'utf8' },
    ),
  ) as Result;

interface Imported {
  readonly ms: number;
  readonly examples: number;
  readonly peakBytes: number;
}

const photographs = 1_500;
const distinct = 50;

/** A smooth picture with some noise, as compressible as a photograph. */
async function writePhotograph(path: string, width: number, height: number, seed: number): Promise<void> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return 128 + 60 * Math.sin((x + seed) / 17) + 50 * Math.cos((y * seed) / 40) + ((at * 7919 * (seed + 1)) % 13);
  });
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  await (path.endsWith('.png') ? picture.png() : picture.jpeg({ quality: 90 })).toFile(path);
}

/** So many files of few different contents, in two classes. */
async function folderOf(count: number, width: number, height: number, ending = 'jpg'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-pictures-'));
  for (const name of ['cats', 'dogs', '.sources']) mkdirSync(join(folder, name));
  for (let at = 0; at < distinct; at += 1)
    await writePhotograph(join(folder, '.sources', `${at}.${ending}`), width, height, at);
  for (let at = 0; at < count; at += 1)
    linkSync(
      join(folder, '.sources', `${at % distinct}.${ending}`),
      join(folder, at % 2 === 0 ? 'cats' : 'dogs', `${at}.${ending}`),
    );
  return folder;
}

/** Reading pictures, what an evaluation costs beside inference, and memory that does not grow with the examples. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const pictures: BenchFigure[] = [];
  // Of the network's size already; what a folder prepared for training holds; and pictures of old data sets.
  for (const [width, height, ending, preset] of [
    [224, 224, 'jpg', 'stretch'],
    [224, 224, 'png', 'stretch'],
    [256, 256, 'jpg', 'imagenet'],
    [500, 375, 'jpg', 'imagenet'],
  ] as const) {
    const folder = await folderOf(photographs, width, height, ending);
    const { ms, examples } = run<Imported>('import', folder, preset);
    const { decodingMs } = run<{ decodingMs: number }>('decode', folder);
    rmSync(folder, { recursive: true });
    const bare = Math.round((1_000 * examples) / decodingMs);
    pictures.push({
      ...{ name: `${ending} of ${width} × ${height} to 224 × 224, ${preset}`, value: (1_000 * examples) / ms },
      ...{ unit: 'images/s', target: 500, better: 'higher' },
      note: `${examples} pictures; sharp alone, decoding only: ${bare} images/s`,
    });
  }
  const memory: number[] = [];
  for (const count of [1_000, 100_000]) {
    const folder = await folderOf(count, 32, 32);
    memory.push(run<Imported>('import', folder, 'digits').peakBytes);
    rmSync(folder, { recursive: true });
  }
  const overheads = ['digits-resnet', 'digits-mobilenet', 'digits-squeezenet'].map((model): BenchFigure => {
    const { inferenceMs, allMs } = run<{ inferenceMs: number; allMs: number }>('evaluate', model);
    return {
      ...{
        name: `evaluation beside inference, ${model}, batch 64`,
        value: (100 * (allMs - inferenceMs)) / inferenceMs,
      },
      ...{ unit: '%', target: 10, better: 'lower' },
    };
  });
  return [
    ...pictures,
    ...overheads,
    {
      ...{ name: 'memory at 100,000 pictures over that at 1,000', value: memory[1]! / memory[0]! },
      ...{ unit: '×', target: 1.5, better: 'lower' },
      note: memory.map((bytes) => `${Math.round(bytes / 1e6)} MB`).join(' → '),
    },
  ];
}
