/** Examples as people see them: pictures as the network sees them, labels in words. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExampleView, ImagePreparation, JudgedTask, Picture } from '../../../shared/dataset.ts';
import type { TensorValues } from '../ports.ts';
import type { KnownDataset } from './bundled-datasets.ts';
import { openNpy } from './npy.ts';

const mostValues = 512;

/** @param folder where `sources.jsonl` is, if there is one */
export async function readExamples(
  { files, detail }: KnownDataset,
  indexes: readonly number[],
  folder: string,
): Promise<ExampleView[]> {
  const [input] = files.inputs;
  const file = await openNpy(input!.path);
  try {
    const wanted = indexes.filter((index) => index >= 0 && index < file.rowCount);
    const [labels, sources] = [
      await labelTexts(files.target, wanted),
      await linesAt(join(folder, 'sources.jsonl'), wanted),
    ];
    const views: ExampleView[] = [];
    for (const index of wanted) {
      const values = await file.readRows(index, 1);
      const isPicture = detail.preparation.kind === 'image';
      views.push({
        ...{ index, label: labels.get(index) ?? null, source: textOf(sources.get(index)) },
        picture: detail.preparation.kind === 'image' ? pictureOf(values, detail.preparation) : null,
        values: isPicture
          ? new Float32Array()
          : Float32Array.from({ length: Math.min(mostValues, values.length) }, (_, at) => Number(values[at])),
      });
    }
    return views;
  } finally {
    await file.close();
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The bytes that the network sees, as gray or RGB pixels. */
function pictureOf(values: TensorValues, { width, height, channels, layout }: ImagePreparation): Picture {
  const pixels = width * height;
  if (channels === 'gray') return { width, height, channels: 1, pixels: Uint8Array.from(values as Uint8Array) };
  const bytes = new Uint8Array(3 * pixels);
  for (let at = 0; at < 3 * pixels; at += 1) {
    const [pixel, channel] = layout === 'nchw' ? [at % pixels, Math.floor(at / pixels)] : [Math.floor(at / 3), at % 3];
    bytes[3 * pixel + (channels === 'rgb' ? channel : 2 - channel)] = Number(values[at]);
  }
  return { width, height, channels: 3, pixels: bytes };
}

/** A class in words. */
export const className = (names: readonly string[], index: number): string => names[index] ?? String(index);

async function labelTexts(
  target: KnownDataset['files']['target'],
  indexes: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (target === null) return new Map();
  const { task, path } = target;
  if (task.kind === 'text' || task.kind === 'boxes') {
    const lines = await linesAt(path, indexes);
    return new Map([...lines].map(([index, value]) => [index, lineText(task, value)]));
  }
  const file = await openNpy(path);
  try {
    const texts = new Map<number, string>();
    for (const index of indexes) {
      const values = await file.readRows(index, 1);
      texts.set(index, rowText(task, values));
    }
    return texts;
  } finally {
    await file.close();
  }
}

function lineText(task: Extract<JudgedTask, { kind: 'text' | 'boxes' }>, value: unknown): string {
  if (task.kind === 'text') return String(value);
  const boxes = value as { readonly class: number }[];
  return boxes.map((box) => className(task.classNames, box.class)).join(', ');
}

function rowText(task: Exclude<JudgedTask, { kind: 'text' | 'boxes' }>, values: TensorValues): string {
  if (task.kind === 'classes' || task.kind === 'embeddings') return className(task.classNames, Number(values[0]));
  if (task.kind === 'values')
    return Array.from({ length: Math.min(4, values.length) }, (_, at) => Number(values[at]).toPrecision(4)).join(', ');
  const found = [...new Set(Array.from(values as Uint8Array))].sort((a, b) => a - b);
  return found.map((index) => className(task.classNames, index)).join(', ');
}

/** Values of some lines of a JSON Lines file; empty where there is none. */
async function linesAt(path: string, indexes: readonly number[]): Promise<ReadonlyMap<number, unknown>> {
  const wanted = new Set(indexes);
  const last = Math.max(-1, ...indexes);
  const found = new Map<number, unknown>();
  const stream = createReadStream(path);
  try {
    let index = 0;
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (wanted.has(index)) found.set(index, JSON.parse(line));
      if (index === last) break;
      index += 1;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    stream.destroy();
  }
  return found;
}
