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
  expect(await store.runs.bundle({}, file)).toMatchObject({ runs: 15 });
  return { store, file };
}

const rowsOf = async (store: Store): Promise<readonly RunRow[]> =>
  (await store.runs.query({ sort: [{ column: 'id' }] })).rows;
const withoutIds = (row: RunRow) => ({ ...row, id: 0, sweepId: 0 });

test('a bundle brings every run, sample, measurement, environment, tag and note to another data folder', async () => {
  const { store, file } = await bundled();
  const other = temporaryStore();
  await storeComparedSweep(other, { cells: variants.slice(0, 1) });
  expect(await other.runs.importBundle(file)).toEqual({ runs: 15, known: 0, machines: ['a'.repeat(36)] });
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
  expect(await store.runs.importBundle(file)).toMatchObject({ runs: 0, known: 15 });
  const other = temporaryStore();
  await other.runs.importBundle(file);
  expect(await other.runs.importBundle(file)).toMatchObject({ runs: 0, known: 15 });
  const again = join(temporaryFolder(), 'again.crivo');
  await other.runs.bundle({}, again);
  expect(gunzipSync(readFileSync(again)).toString()).toBe(gunzipSync(readFileSync(file)).toString());
  expect(await store.runs.importBundle(again)).toMatchObject({ runs: 0, known: 15 });
});

test('a query chooses what goes in', async () => {
  const { store } = await bundled();
  expect(await store.runs.bundle({ where: 'variant:fp16' }, join(temporaryFolder(), 'b.crivo'))).toMatchObject({
    runs: 5,
  });
  await expect(store.runs.bundle({}, join(temporaryFolder(), 'no', 'b.crivo'))).rejects.toThrow(/can't be written/);
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
    [bad(gzipSync(signed(body.replace(/"json":"\{/, '"json":"')))), /damaged or was changed/],
    [bad(gzipSync(`${body}${body}`)), /damaged or was changed/],
    [bad(gzipSync(text.slice(0, -1))), /damaged or was changed/],
  ];
  const store = temporaryStore();
  for (const [path, message] of refused) await expect(store.runs.importBundle(path), path).rejects.toThrow(message);
  expect(await rowsOf(store)).toEqual([]);
  expect(store.sweeps.list()).toEqual([]);
});

test('a large bundle is written and read a line at a time, with the event loop free between', async () => {
  const store = temporaryStore();
  const samples = 20_000;
  await storeComparedSweep(store, { cells: variants, rounds: 20, machine: { samples } });
  const file = join(temporaryFolder(), 'large.crivo');
  const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
    let [turns, ended] = [0, false];
    const turn = (): void => {
      turns += 1;
      if (!ended) setImmediate(turn);
    };
    setImmediate(turn);
    await work;
    ended = true;
    return turns;
  };
  expect(await turnsDuring(store.runs.bundle({}, file))).toBeGreaterThan(20);
  const other = temporaryStore();
  expect(await turnsDuring(other.runs.importBundle(file))).toBeGreaterThan(20);
  const [there, here] = [await rowsOf(store), await rowsOf(other)];
  expect(here.map(withoutIds)).toEqual(there.map(withoutIds));
  expect((await other.runs.samples(here[0]!.id, {})).samplesMs).toHaveLength(samples);
});
