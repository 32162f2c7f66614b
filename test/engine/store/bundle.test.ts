import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Store } from '../../../main/engine/store/store.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

const variants = [{ ratio: 1 }, { ratio: 0.8, cell: { variant: 'fp16', recipeHash: '2'.repeat(64) } }];

async function bundled(): Promise<{ store: Store; file: string }> {
  const store = temporaryStore();
  const { runIds } = await storeComparedSweep(store, {
    cells: variants,
    environment: { machineId: 'a'.repeat(36) },
    noisyRounds: [2],
  });
  store.runs.annotate({ ids: [runIds[0]!], tags: ['baseline', 'café'], note: 'quiet\nnight' });
  const file = join(temporaryFolder(), 'runs.crivo');
  expect(store.runs.bundle({}, file)).toMatchObject({ runs: 15 });
  return { store, file };
}

const rowsOf = async (store: Store): Promise<readonly RunRow[]> =>
  (await store.runs.query({ sort: [{ column: 'id' }] })).rows;
const withoutIds = (row: RunRow) => ({ ...row, id: 0, sweepId: 0 });

test('a bundle brings every run, sample, measurement, environment, tag and note to another data folder', async () => {
  const { store, file } = await bundled();
  const other = temporaryStore();
  await storeComparedSweep(other, { cells: variants.slice(0, 1) });
  expect(other.runs.importBundle(file)).toEqual({ runs: 15, known: 0, machines: ['a'.repeat(36)] });
  const [there, here] = [await rowsOf(store), (await rowsOf(other)).slice(-15)];
  expect(here.map(withoutIds)).toEqual(there.map(withoutIds));
  for (const [index, row] of there.entries()) {
    const copy = here[index]!;
    expect((await other.runs.samples(copy.id, {})).samplesMs).toEqual((await store.runs.samples(row.id, {})).samplesMs);
    const [a, b] = [store.runs.get(row.id), other.runs.get(copy.id)];
    expect(b.environment).toEqual(a.environment);
    expect(b.run).toEqual({ ...a.run, id: copy.id, sweepId: copy.sweepId, jobId: b.run.jobId });
  }
  expect(other.sweeps.list().map(({ state, counts }) => [state, counts.done])).toEqual([
    ['done', 15],
    ['done', 10],
  ]);
  // Machines are not mixed: the two first cells are the same cell.
  const { comparisons } = await other.runs.compare({
    pairs: [{ candidate: here[0]!.id, baseline: 1 }],
    statistic: 'p50',
  });
  expect(comparisons[0]!.outcome).toMatchObject({ kind: 'not comparable', obstacles: [{ field: 'machine' }] });
});

test('the same bundle twice, or into the folder that it came from, adds nothing; a bundle of a copy is the same bundle', async () => {
  const { store, file } = await bundled();
  expect(store.runs.importBundle(file)).toMatchObject({ runs: 0, known: 15 });
  const other = temporaryStore();
  other.runs.importBundle(file);
  expect(other.runs.importBundle(file)).toMatchObject({ runs: 0, known: 15 });
  const again = join(temporaryFolder(), 'again.crivo');
  other.runs.bundle({}, again);
  expect(gunzipSync(readFileSync(again)).toString()).toBe(gunzipSync(readFileSync(file)).toString());
  expect(store.runs.importBundle(again)).toMatchObject({ runs: 0, known: 15 });
});

test('a query chooses what goes in', async () => {
  const { store } = await bundled();
  expect(store.runs.bundle({ where: 'variant:fp16' }, join(temporaryFolder(), 'b.crivo'))).toMatchObject({ runs: 5 });
  expect(() => store.runs.bundle({}, join(temporaryFolder(), 'no', 'b.crivo'))).toThrow(/can't be written/);
});

test('what is damaged, changed or no bundle is refused, and nothing is taken in', async () => {
  const { file } = await bundled();
  const text = gunzipSync(readFileSync(file)).toString();
  const bad = (content: Uint8Array | string): string => {
    const path = join(temporaryFolder(), 'bad.crivo');
    writeFileSync(path, content);
    return path;
  };
  const signed = (lines: string): string =>
    `${lines}${JSON.stringify({ kind: 'end', sha256: createHash('sha256').update(lines).digest('hex') })}\n`;
  const body = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
  const refused: [string, RegExp][] = [
    [bad('hello'), /no readable bundle/],
    [bad(readFileSync(file).subarray(0, 500)), /no readable bundle/],
    [bad(gzipSync(text.replace('"p50_ms":', '"p50_ms":1'))), /damaged or was changed/],
    [bad(gzipSync(signed(body.replace('Example CPU', 'Other CPU')))), /damaged or was changed/],
    [bad(gzipSync(signed(body.replaceAll('"p50_ms":', '"p50_ms) SELECT 1; --":')))), /damaged or was changed/],
    [bad(gzipSync(signed(body.replaceAll('"p50_ms":', '"from_the_future":')))), /written by a newer Crivo/],
    [bad(gzipSync(signed(''))), /damaged or was changed/],
  ];
  const store = temporaryStore();
  for (const [path, message] of refused) expect(() => store.runs.importBundle(path)).toThrow(message);
  expect(await rowsOf(store)).toEqual([]);
  expect(store.sweeps.list()).toEqual([]);
});
