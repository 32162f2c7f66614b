import { expect, test } from 'vitest';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { temporaryStore } from '../../fixtures/temporary-store.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 24, 8);

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
