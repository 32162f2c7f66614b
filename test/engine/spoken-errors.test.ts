import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Rooms whose errors are all phrases; a room that is done joins them. */
const rooms = [
  'accuracy',
  'export',
  'gpu-runtime',
  'graph',
  'library',
  'onnx',
  'passes',
  'search',
  'store',
  'sweep',
  'variants',
];
const folders = [
  `main/engine/{${rooms.join(',')}}/**/*.ts`,
  'main/engine/tasks.ts',
  'main/{jobs,inference,rpc}/**/*.ts',
];
const files = folders.flatMap((pattern) => globSync(pattern));
/** The text that an error is made with, where it is written at the place. */
const literals = (source: string): string[] =>
  [...source.matchAll(/new CrivoError\(\s*[^,()]+,\s*(?:'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`)/g)].map(
    ([, single, double, template]) => single ?? double ?? template ?? '',
  );
const isSentence = (text: string): boolean => /\p{L}{2,} \p{L}/u.test(text.replaceAll(/\$\{[^}]*\}/g, ''));

test('a sentence within an error is found', () => {
  expect(literals("new CrivoError(\n  'storage',\n  `${file} is gone for ever`,").filter(isSentence)).toHaveLength(1);
  expect(literals("new CrivoError('storage', say('gone'))").concat('${label}: ${why}').filter(isSentence)).toEqual([]);
});

test('every error of these rooms says a phrase', () => {
  expect(files.length).toBeGreaterThan(100);
  const unspoken = files.flatMap((file) =>
    literals(readFileSync(file, 'utf8'))
      .filter(isSentence)
      .map((text) => `${file}: ${text}`),
  );
  expect(unspoken).toEqual([]);
});
