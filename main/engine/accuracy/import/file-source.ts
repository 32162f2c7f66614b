/** Pictures or recordings in folders. */
import { basename } from 'node:path';
import type { ImportRequest } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { FoundFile } from './find-files.ts';
import { labelsOfFiles } from './labels-of-files.ts';
import type { FileLabels } from './labels-of-files.ts';
import type { ExampleSource, RawExample } from './source.ts';

const isTable = ({ name }: FoundFile): boolean =>
  /^(labels?|annotations?|.*_gt|gt|train|test|val|metadata)\.(csv|tsv|txt|jsonl|json)$/i.test(basename(name));

/** @param media which of the found files are examples */
export async function fileSource(
  media: 'image' | 'audio',
  all: readonly FoundFile[],
  isExample: (file: FoundFile) => boolean,
  request: ImportRequest,
  readAlphabet: () => Promise<string[]>,
): Promise<ExampleSource> {
  const found = all.filter(isExample);
  const masks = request.task === 'masks' && request.labels === undefined ? found.filter(isMask) : [];
  const files = masks.length === 0 ? found : found.filter((file) => !isMask(file));
  if (files.length === 0) {
    throw new CrivoError('invalid-dataset', say(media === 'image' ? 'noPictures' : 'noRecordings'));
  }
  const labels =
    masks.length > 0
      ? besideMasks(masks, request)
      : await labelsOfFiles(files, all.filter(isTable), request, readAlphabet);
  const unused = labels.unused(files);
  return {
    media,
    found: files.length,
    task: labels.task,
    notes: [
      ...labels.notes,
      ...(unused.length === 0 ? [] : [say('labelsWithoutFile', { count: unused.length, first: unused[0]! })]),
    ],
    examples: async function* (): AsyncGenerator<RawExample> {
      for (const file of files) {
        const label = labels.of(file);
        if (label !== null && 'missing' in label)
          yield { kind: 'unusable', source: file.name, label: null, reason: label.missing };
        else yield { kind: 'file', source: file.name, path: file.path, label };
      }
    },
  };
}

const isMask = ({ name }: FoundFile): boolean => /(^|\/)(masks?|labels?|annotations?|SegmentationClass)\//i.test(name);

const stem = (name: string): string => basename(name).replace(/\.[^.]+$/, '');

/** Masks in a folder of their own, by the names of the pictures. */
function besideMasks(masks: readonly FoundFile[], { ignoredClass }: ImportRequest): FileLabels {
  const byStem = new Map(masks.map((mask) => [stem(mask.name), mask.path]));
  return {
    task: { kind: 'masks', classNames: [], ...(ignoredClass === undefined ? {} : { ignoredClass }) },
    of: ({ name }) => {
      const path = byStem.get(stem(name));
      return path === undefined ? { missing: say('noMaskOfName') } : { kind: 'mask', path };
    },
    unused: () => [],
    notes: [],
  };
}
