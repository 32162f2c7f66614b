import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePreparation } from '../../../main/engine/accuracy/import/preparation-file.ts';
import { preparationPresets } from '../../../shared/preparation-presets.ts';

test('what the documentation shows can be read, and is what it says', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/datasets.md'), 'utf8');
  const shown = [...text.matchAll(/```yaml\n([^]+?)\n```/g)].map(([, yaml]) => parsePreparation(yaml!, 'shown'));
  expect(shown.map(({ kind }) => kind)).toEqual(['image', 'audio', 'numbers']);
  const { imagenet, silero, numbers } = preparationPresets;
  expect(shown).toEqual([imagenet.preparation, silero.preparation, { ...numbers.preparation, length: 128 }]);
});

test.each([
  ['', 'p.yml, line 1: The preparation is empty; write at least its kind'],
  ['# nothing yet', 'p.yml, line 1: The preparation is empty; write at least its kind'],
  ['kind: image\nfit: [', 'p.yml, line 2: this is not valid YAML'],
  ['kind: video', "p.yml, line 1: kind can't be used"],
  ['kind: audio\nsampleRateHz: 5\nwindowSamples: 1\nhopSamples: 1', "p.yml, line 2: sampleRateHz can't be used"],
])('%j is refused with its line', (text, message) => {
  expect(() => parsePreparation(text, 'p.yml')).toThrow(message);
});
