import { expect, test } from 'vitest';
import { levelChange } from '../../../main/engine/measure/history/level-change.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { temporaryStore } from '../../fixtures/temporary-store.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 24, 8);

/** Six nights of one cell, slower from the fourth on. */
async function slowedStore(): Promise<Store> {
  const store = temporaryStore();
  for (let night = 0; night < 6; night += 1) {
    await storeComparedSweep(store, {
      cells: [{ ratio: night >= 3 ? 1.2 : 1 }],
      ...{ seed: night, startedAt: start + night * dayMs, control: false, machine: { roundSpread: 0.003 } },
    });
  }
  return store;
}

test('a driver that made a cell slower is found, dated and named; another machine is another series', async () => {
  const store = temporaryStore();
  const machine = { roundSpread: 0.003 };
  for (let night = 0; night < 6; night += 1) {
    const after = night >= 3;
    await storeComparedSweep(store, {
      cells: [{ ratio: after ? 1.2 : 1, cell: { modelSha256: (after ? '4' : '1').repeat(64) } }],
      ...{ seed: night, startedAt: start + night * dayMs, control: false, machine },
      environment: { kernel: after ? '6.13.0' : '6.12.0' },
    });
  }
  await storeComparedSweep(store, { cells: [{ ratio: 1 }], control: true, environment: { machineId: 'b'.repeat(36) } });
  const series = await store.runs.history();
  expect(series.map(({ points, changes }) => [points.length, changes.length])).toEqual([
    [30, 1],
    [5, 0],
  ]);
  const [change] = series[0]!.changes;
  expect(change!.at).toBeGreaterThanOrEqual(start + 3 * dayMs);
  expect(change!.at).toBeLessThan(start + 4 * dayMs);
  expect(change!.afterMs / change!.beforeMs).toBeCloseTo(1.2, 1);
  expect(change!.changed).toEqual([
    { field: 'model', left: '1'.repeat(12), right: '4'.repeat(12) },
    { field: 'kernel', left: '6.12.0', right: '6.13.0' },
  ]);
  expect(await store.runs.history('variant:nothing')).toEqual([]);
});

test('a change tells how far the levels are apart, and keeps what a person says of it', async () => {
  const store = await slowedStore();
  const changeOf = async () => (await store.runs.history())[0]!.changes[0]!;
  const { runId, ratio, acknowledged, note } = await changeOf();
  expect({ acknowledged, note }).toEqual({ acknowledged: false, note: '' });
  expect(ratio.low).toBeGreaterThan(1.18);
  expect(ratio.high).toBeLessThan(1.22);
  expect(ratio.low).toBeLessThan(1.2);
  expect(ratio.high).toBeGreaterThan(1.2);
  store.runs.markChange({ runId, note: 'the new driver' });
  store.runs.markChange({ runId, acknowledged: true });
  expect(await changeOf()).toMatchObject({ acknowledged: true, note: 'the new driver' });
  store.runs.markChange({ runId, acknowledged: false });
  expect(await changeOf()).toMatchObject({ acknowledged: false, note: 'the new driver' });
  expect(() => store.runs.markChange({ runId: 999 })).toThrow('There is no run 999');
});

test('noisy runs do not widen a change while enough are quiet', async () => {
  const store = temporaryStore();
  for (let night = 0; night < 6; night += 1) {
    await storeComparedSweep(store, {
      cells: [{ ratio: night >= 3 ? 1.2 : 1 }],
      ...{ seed: night, startedAt: start + night * dayMs, control: false, machine: { roundSpread: 0.003 } },
      noisyRounds: night === 1 ? [2, 3] : [],
    });
  }
  const { ratio } = (await store.runs.history())[0]!.changes[0]!;
  expect(ratio.low).toBeGreaterThan(1.18);
  expect(ratio.high).toBeLessThan(1.22);
});

test('what a change was marked with stays when later runs move it by one', async () => {
  const store = await slowedStore();
  const { runId } = (await store.runs.history())[0]!.changes[0]!;
  store.runs.markChange({ runId: runId + 1, acknowledged: true });
  expect((await store.runs.history())[0]!.changes[0]).toMatchObject({ runId, acknowledged: true });
  store.runs.markChange({ runId: runId + 1, acknowledged: false });
  store.runs.markChange({ runId: runId + 5, acknowledged: true });
  expect((await store.runs.history())[0]!.changes[0]).toMatchObject({ runId, acknowledged: false });
});

test('a baseline is pinned for its cell on its machine alone', async () => {
  const store = await slowedStore();
  const other = { machineId: 'b'.repeat(36) };
  const { runIds } = await storeComparedSweep(store, { cells: [{ ratio: 1 }], environment: other });
  const [here] = await store.runs.history();
  expect(here!.baseline).toBeNull();
  store.runs.pinBaseline({ runId: here!.points[0]!.runId, pinned: true });
  const [slowed, elsewhere] = await store.runs.history();
  expect(slowed!.baseline!.runId).toBe(here!.points[0]!.runId);
  expect(slowed!.baseline!.ratio!.value).toBeCloseTo(1.2, 1);
  expect(elsewhere!.baseline).toBeNull();
  store.runs.pinBaseline({ runId: runIds[0]!, pinned: true });
  // Another of the same cell takes its place.
  store.runs.pinBaseline({ runId: here!.points.at(-1)!.runId, pinned: true });
  const baselines = (await store.runs.history()).map(({ baseline }) => baseline);
  expect(baselines).toEqual([
    { runId: here!.points.at(-1)!.runId, ratio: null },
    { runId: runIds[0], ratio: null },
  ]);
  store.runs.pinBaseline({ runId: here!.points[3]!.runId, pinned: false });
  expect((await store.runs.history())[0]!.baseline).toBeNull();
  expect(() => store.runs.pinBaseline({ runId: 999, pinned: true })).toThrow('There is no run 999');
});

test("the interval of a change is Welch's", () => {
  // scipy 1.16: ttest_ind(log([2.2, 2.3, 2.25, 2.4]), log([2, 2.1, 1.9]), equal_var=False).confidence_interval(0.95)
  const { value, low, high } = levelChange([2, 2.1, 1.9], [2.2, 2.3, 2.25, 2.4])!;
  expect([value, low, high].map((ratio) => ratio.toFixed(10))).toEqual([
    '1.1441117313',
    '1.0353607834',
    '1.2642855270',
  ]);
  expect(levelChange([1], [2, 3])).toBeNull();
  const alike = levelChange([2, 2], [3, 3])!;
  for (const ratio of [alike.value, alike.low, alike.high]) expect(ratio).toBeCloseTo(1.5, 12);
});
