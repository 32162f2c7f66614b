import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Store } from '../../../main/engine/store/store.ts';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

const hostile = '</script><img src=x onerror=alert(1)>|`*_[x](javascript:y)';

async function written(store: Store, format: 'html' | 'md', where?: string): Promise<string> {
  const file = join(temporaryFolder(), `report.${format}`);
  await store.runs.exportTo({ query: where === undefined ? {} : { where }, format, file });
  return readFileSync(file, 'utf8');
}

async function night(): Promise<Store> {
  const store = temporaryStore();
  await storeComparedSweep(store, {
    cells: [
      { ratio: 1, cell: { modelName: hostile } },
      { ratio: 0.8, cell: { modelName: hostile, variant: 'fp16', recipeHash: '2'.repeat(64) } },
    ],
    noisyRounds: [2],
  });
  return store;
}

test('an HTML report is one file with verdicts, charts, methods, environment and every sample', async () => {
  const store = await night();
  const html = await written(store, 'html');
  expect(html).toContain('<td class="faster">faster</td>');
  expect(html.match(/<svg /g)).toHaveLength(2);
  for (const part of ['Verdicts', 'Cells', 'Methods', 'Environment', 'Raw data', 'other processes used 0.61 cores']) {
    expect(html).toContain(part);
  }
  expect(html).not.toMatch(/(?:src|href)=["']?https?:/);
  const runs = [...html.matchAll(/<script type="application\/json" class="crivo-run">(.*?)<\/script>/g)].map(
    ([, json]) => JSON.parse(json!) as { id: number; model: string; samplesMs: number[]; measurement: object },
  );
  expect(runs).toHaveLength(15);
  for (const run of runs) {
    expect(run.model).toBe(hostile);
    expect(run.samplesMs).toEqual([...(await store.runs.samples(run.id, {})).samplesMs]);
    expect(run.measurement).toEqual(store.runs.get(run.id).run.measurement);
  }
});

test('text of a model never becomes markup, nor ends the raw data', async () => {
  const store = await night();
  const html = await written(store, 'html');
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(16);
  const markdown = await written(store, 'md');
  expect(markdown).not.toContain('<img');
  expect(markdown).not.toMatch(/[^\\]\[x\\?\]\(/);
  const table = markdown.split('## Cells')[1]!.trim().split('\n\n')[0]!;
  const columns = table.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
  expect(new Set(columns).size).toBe(1);
});

test('a report of nothing says so without verdicts, and one of failures gives their reasons', async () => {
  const store = await night();
  expect(await written(store, 'md', 'status:failed')).toContain('0 runs of 0 cells');
  expect(await written(store, 'html', 'variant:original')).not.toContain('<h2>Verdicts</h2>');
});
