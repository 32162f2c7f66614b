import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseColumns } from '../../../main/engine/export/run-columns.ts';

test('docs/csv.md tells of every column', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/csv.md'), 'utf8');
  const untold = chooseColumns(undefined)
    .map(({ name }) => name)
    .filter((name) => !text.includes(`\`${name}\``));
  expect(untold).toEqual([]);
});
