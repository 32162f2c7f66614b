import { expect, test } from 'vitest';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { temporaryStore } from '../../fixtures/temporary-store.ts';
import { en } from '../../../renderer/text/en.ts';
import { createFormat } from '../../../renderer/text/format.ts';
import { comparedCells } from '../../../renderer/views/compare/cells.ts';
import { runNames } from '../../../renderer/views/compare/run-names.ts';
import { pairsWith, ratioAxis, toneOf, verdictText } from '../../../renderer/views/compare/verdicts.ts';

test('each other cell is compared with the reference once, and its interval lies on one axis with the noise', async () => {
  const store = temporaryStore();
  const { runIds } = await storeComparedSweep(store, {
    cells: [
      { ratio: 1 },
      { ratio: 0.8, cell: { threads: 2 } },
      { ratio: 1.2, cell: { threads: 3 } },
      { ratio: 1, cell: { batchSize: 4 } },
    ],
  });
  const { rows } = await store.runs.query({ sort: [{ column: 'id' }] });
  const pairs = pairsWith(
    rows,
    rows.find(({ id }) => id === runIds[0])!,
  );
  expect(pairs.map(({ candidate }) => candidate)).toEqual(runIds.slice(1));
  const table = await store.runs.compare({ pairs, statistic: 'p50' });
  expect(table.comparisons.map(toneOf)).toEqual(['good', 'bad', 'faint']);
  const format = createFormat('en');
  expect(table.comparisons.map((one) => verdictText(one, en.compare, format))).toEqual([
    'faster',
    'slower',
    'not comparable (batch size and input shapes)',
  ]);
  const place = ratioAxis(table);
  for (const { outcome } of table.comparisons) {
    if (outcome.kind !== 'compared') continue;
    const { low, value, high } = outcome.ratio;
    const places = [0, place(low), place(value), place(high), 1];
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  }
  expect(place(0.8)).toBeLessThan(place(1));
});

test('a control is named one, and counts in no cell that was measured beside it', async () => {
  const store = temporaryStore();
  await storeComparedSweep(store, { cells: [{ ratio: 1 }] });
  const { rows } = await store.runs.query({ sort: [{ column: 'id' }] });
  const control = { ...rows[0]!, id: 1_000, role: 'control' as const };
  expect(comparedCells([control, ...rows])).toEqual(comparedCells(rows));
  expect(comparedCells([control])).toHaveLength(1);
  const { model, variant } = control;
  expect(runNames([rows[0]!, control], en.compare)).toEqual([
    `${model} · ${variant}`,
    `${model} · ${variant} · control`,
  ]);
});
