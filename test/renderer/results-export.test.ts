import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { Results } from '../../renderer/state/results.svelte.ts';
import { exportEndings, exportFormats } from '../../renderer/views/results/export-formats.ts';
import { ResultsState } from '../../renderer/views/results/results-state.svelte.ts';
import { en } from '../../renderer/text/en.ts';
import { ptBr } from '../../renderer/text/pt-br.ts';
import { storeComparedSweep } from '../fixtures/compared-sweep.ts';
import { temporaryFolder, temporaryStore } from '../fixtures/temporary-store.ts';
import { storedClient } from './stored-client.ts';

const variants = [{ ratio: 1 }, { ratio: 0.8, cell: { variant: 'fp16', recipeHash: '2'.repeat(64) } }];

/** The Results page's state over a store of two cells, showing the runs of one. */
async function shownResults() {
  const store = temporaryStore();
  await storeComparedSweep(store, { cells: variants });
  const memory = { columns: ['variant', 'p50Ms'], views: [], widths: {}, baselineRunId: null };
  const settings = { remembered: () => memory, remember: async () => {} };
  const state = new ResultsState(new Results(storedClient(store)), settings);
  await state.show({ where: 'variant:fp16', sort: [], group: null });
  expect(state.failure).toBeNull();
  return state;
}

test('each format holds exactly the rows that are shown', async () => {
  const state = await shownResults();
  const folder = temporaryFolder();
  const written = new Map<string, Buffer>();
  for (const format of exportFormats) {
    const file = join(folder, `results.${exportEndings[format]}`);
    expect(await state.exportTo(file, format), format).toBe(state.total);
    written.set(format, readFileSync(file));
  }
  const textOf = (format: string): string => written.get(format)!.toString('utf8');
  const records: Record<string, string>[] = parse(textOf('csv'), { columns: true, bom: true });
  expect(records.map(({ variant }) => variant)).toEqual(Array.from({ length: state.total }, () => 'fp16'));
  expect(Object.keys(records[0]!), 'a figure comes with its interval').toHaveLength(4);
  expect(textOf('json')).not.toContain('"original"');
  expect(textOf('html')).toMatch(/^<!doctype html>/i);
  expect(textOf('md')).toMatch(/^# /);

  const other = temporaryStore();
  expect(await other.runs.importBundle(join(folder, 'results.crivo'))).toMatchObject({ runs: state.total, known: 0 });
  const { rows } = await other.runs.query({});
  expect(new Set(rows.map(({ variant }) => variant))).toEqual(new Set(['fp16']));
});

test('each format has its name and what it holds in both languages', () => {
  for (const { results } of [en, ptBr])
    for (const format of exportFormats) {
      expect(results.exportFormats[format]).not.toBe('');
      expect(results.exportHints[format]('12', '3')).toContain('12');
    }
});
