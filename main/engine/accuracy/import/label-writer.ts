/** Writes the labels of an import, and counts their classes. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDetail, JudgedTask } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { createNpyWriter } from './npy-writer.ts';
import type { NpyWriter } from './npy-writer.ts';
import type { PreparedLabel } from './prepare-example.ts';

export interface WrittenLabels {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly task: JudgedTask;
  readonly classCounts: DatasetDetail['classCounts'];
}

export interface LabelWriter {
  /** Raises `invalid-dataset`, in a few words, where the label can't be stored with the others. */
  readonly add: (label: PreparedLabel) => Promise<void>;
  readonly finish: () => Promise<WrittenLabels>;
}

/** Text that is written line by line and hashed on the way. */
export async function createLineWriter(path: string) {
  const handle = await open(path, 'w');
  const hash = createHash('sha256');
  let pending = '';
  let sizeBytes = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(pending);
    pending = '';
    sizeBytes += bytes.byteLength;
    await handle.appendFile(bytes);
  };
  return {
    add: async (value: unknown): Promise<void> => {
      const line = `${JSON.stringify(value)}\n`;
      hash.update(line);
      pending += line;
      if (pending.length > 1e6) await flush();
    },
    finish: async (): Promise<{ sha256: string; sizeBytes: number }> => {
      try {
        await flush();
        await handle.sync();
        return { sha256: hash.digest('hex'), sizeBytes };
      } finally {
        await handle.close();
      }
    },
  };
}

export function createLabelWriter(folder: string, task: JudgedTask): Promise<LabelWriter> {
  switch (task.kind) {
    case 'classes':
    case 'embeddings':
      return classWriter(folder, task);
    case 'text':
    case 'boxes':
      return lineWriter(folder, task);
    case 'masks':
    case 'values':
      return arrayWriter(folder, task);
  }
}

async function classWriter(
  folder: string,
  task: Extract<JudgedTask, { kind: 'classes' | 'embeddings' }>,
): Promise<LabelWriter> {
  const writer = await createNpyWriter(join(folder, 'labels.npy'), 'int32', []);
  const counts = new Map<number, number>();
  return {
    add: async (label) => {
      if (label.kind !== 'class') throw wrongLabel();
      counts.set(label.index, (counts.get(label.index) ?? 0) + 1);
      await writer.add(Int32Array.of(label.index));
    },
    finish: async () => {
      const { sha256, sizeBytes } = await writer.finish();
      const classCounts = task.classNames.map((name, index) => ({ name, count: counts.get(index) ?? 0 }));
      return { file: 'labels.npy', sha256, sizeBytes, task, classCounts };
    },
  };
}

async function lineWriter(folder: string, task: Extract<JudgedTask, { kind: 'text' | 'boxes' }>): Promise<LabelWriter> {
  const writer = await createLineWriter(join(folder, 'labels.jsonl'));
  const counts = task.kind === 'boxes' ? task.classNames.map(() => 0) : [];
  return {
    add: async (label) => {
      if (label.kind !== task.kind || (label.kind !== 'text' && label.kind !== 'boxes')) throw wrongLabel();
      if (label.kind === 'boxes') for (const { class: at } of label.boxes) counts[at]! += 1;
      await writer.add(label.kind === 'text' ? label.text : label.boxes);
    },
    finish: async () => {
      const written = await writer.finish();
      const classCounts =
        task.kind === 'boxes' ? task.classNames.map((name, at) => ({ name, count: counts[at]! })) : null;
      return { file: 'labels.jsonl', ...written, task, classCounts };
    },
  };
}

async function arrayWriter(
  folder: string,
  task: Extract<JudgedTask, { kind: 'masks' | 'values' }>,
): Promise<LabelWriter> {
  const path = join(folder, 'labels.npy');
  let writer: NpyWriter | null = null;
  let shape = '';
  let most = 0;
  return {
    add: async (label) => {
      if (label.kind !== 'mask' && label.kind !== 'values') throw wrongLabel();
      const values = label.kind === 'mask' ? label.mask : label.values;
      const own = label.shape;
      const elementType = label.kind === 'mask' ? 'uint8' : 'float64';
      writer ??= await createNpyWriter(path, elementType, own);
      if (shape === '') shape = own.join(', ');
      if (shape !== own.join(', ')) {
        throw new CrivoError('invalid-dataset', say('labelOfOtherShape', { own: own.join(', '), shape }));
      }
      if (label.kind === 'mask')
        for (const value of label.mask) if (value > most && value !== ignoredOf(task)) most = value;
      await writer.add(
        label.kind === 'mask' ? label.mask : Float64Array.from(values as ArrayLike<number | bigint>, Number),
      );
    },
    finish: async () => {
      if (writer === null) throw new Error('no labels');
      const { sha256, sizeBytes } = await writer.finish();
      const named: JudgedTask =
        task.kind === 'masks' ? { ...task, classNames: Array.from({ length: most + 1 }, (_, at) => String(at)) } : task;
      return { file: 'labels.npy', sha256, sizeBytes, task: named, classCounts: null };
    },
  };
}

const ignoredOf = (task: JudgedTask): number => (task.kind === 'masks' ? (task.ignoredClass ?? -1) : -1);
const wrongLabel = (): CrivoError => new CrivoError('invalid-dataset', say('labelOfOtherKind'));
