import { expect, test } from 'vitest';
import { superiority } from '../../../main/engine/measure/compare/superiority.ts';
import type { CellComparison } from '../../../shared/comparison.ts';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { temporaryStore } from '../../fixtures/temporary-store.ts';

const variants = [
  { ratio: 1 },
  { ratio: 0.9, cell: { variant: 'fp16', recipeHash: '2'.repeat(64) } },
  { ratio: 1, cell: { threads: 2 } },
];
const compared = ({ outcome }: CellComparison) => {
  if (outcome.kind !== 'compared') throw new Error(JSON.stringify(outcome.obstacles));
  return outcome;
};

test('cells of one sweep are compared by their rounds, against what its control shows', async () => {
  const store = temporaryStore();
  const { sweepId, runIds } = await storeComparedSweep(store, { cells: variants });
  const [baseline, faster, same] = runIds as [number, number, number];
  const table = await store.runs.compare({
    pairs: [
      { candidate: faster, baseline },
      { candidate: same, baseline },
    ],
    statistic: 'p50',
  });
  const [first, second] = table.comparisons as [CellComparison, CellComparison];
  expect(compared(first)).toMatchObject({ verdict: 'faster', rounds: 5, paired: true });
  expect(compared(first).ratio.low).toBeLessThan(0.9);
  expect(compared(first).ratio.high).toBeGreaterThan(0.9);
  expect(compared(first).superiority).toBeGreaterThan(0.9);
  expect(compared(second).verdict).toBe('no difference found');
  expect(compared(second).detectable).toBeGreaterThan(compared(second).noiseFloor);
  expect(table.noiseFloors[sweepId]).toMatchObject({ source: 'control', control: { rounds: 5, paired: true } });
  expect(first.candidate).toMatchObject({ noisyRounds: 0, roundMs: 2_000, run: { variant: 'fp16' } });
  expect(first.candidate.runIds).toHaveLength(5);
  expect(first.baseline.value).toBeCloseTo(2, 0);
});

test('cells that took turns are compared turn by turn, and their tails as whole runs', async () => {
  const store = temporaryStore();
  const turns = { switches: 0.02, runSpread: 0.002, turns: 40 };
  const { runIds } = await storeComparedSweep(store, {
    cells: [{ ratio: 1 }, { ratio: 1.03, cell: { threads: 2 } }],
    turns,
  });
  const pairs = [{ candidate: runIds[1]!, baseline: runIds[0]! }];
  const [byMedian] = (await store.runs.compare({ pairs, statistic: 'p50' })).comparisons;
  expect(compared(byMedian!)).toMatchObject({ verdict: 'slower', rounds: 5, roundsByTurns: 5 });
  expect(compared(byMedian!).ratio.value).toBeCloseTo(1.03, 2);
  const [byTail] = (await store.runs.compare({ pairs, statistic: 'p90' })).comparisons;
  expect(compared(byTail!)).toMatchObject({ rounds: 5, roundsByTurns: 0 });
});

test('throughput counts the examples of a batch, and more is faster', async () => {
  const store = temporaryStore();
  const cells = [
    { ratio: 1, cell: { batchSize: 4 } },
    { ratio: 0.8, cell: { batchSize: 4, threads: 2 } },
  ];
  const { runIds } = await storeComparedSweep(store, { cells });
  const pairs = [{ candidate: runIds[1]!, baseline: runIds[0]! }];
  const { comparisons } = await store.runs.compare({ pairs, statistic: 'throughput' });
  expect(compared(comparisons[0]!)).toMatchObject({ verdict: 'faster', superiority: null });
  expect(comparisons[0]!.baseline.value! / 2_000).toBeCloseTo(1, 0);
  const percentiles = await store.runs.compare({ pairs, statistic: 'p99' });
  expect(percentiles.comparisons[0]!.outcome).toMatchObject({
    kind: 'not comparable',
    obstacles: [{ left: '0 of 5 with at least 662 samples' }],
  });
});

test('other work or another machine is not comparable, and the fields say so', async () => {
  const store = temporaryStore();
  const here = await storeComparedSweep(store, { cells: [{ ratio: 1 }, { ratio: 1, cell: { batchSize: 4 } }] });
  const there = await storeComparedSweep(store, {
    cells: [{ ratio: 1 }],
    environment: { machineId: '1'.repeat(36), governor: 'powersave' },
  });
  const { comparisons } = await store.runs.compare({
    pairs: [
      { candidate: here.runIds[1]!, baseline: here.runIds[0]! },
      { candidate: there.runIds[0]!, baseline: here.runIds[0]! },
    ],
    statistic: 'p50',
  });
  const fields = comparisons.map(({ outcome }) =>
    outcome.kind === 'not comparable' ? outcome.obstacles.map(({ field }) => field) : [],
  );
  expect(fields).toEqual([
    ['batch size', 'input shapes'],
    ['machine', 'frequency governor'],
  ]);
});

test('two sweeps of one machine are compared unpaired, less sharply', async () => {
  const store = temporaryStore();
  const machine = { roundSpread: 0.01 };
  const before = await storeComparedSweep(store, {
    cells: [{ ratio: 1 }, { ratio: 1.2, cell: { threads: 2 } }],
    seed: 1,
    machine,
  });
  const after = await storeComparedSweep(store, {
    cells: [{ ratio: 1 }, { ratio: 1, cell: { threads: 2 } }],
    seed: 2,
    machine,
  });
  const { comparisons, noiseFloors } = await store.runs.compare({
    pairs: [{ candidate: after.runIds[1]!, baseline: before.runIds[1]! }],
    statistic: 'p50',
  });
  expect(compared(comparisons[0]!)).toMatchObject({ verdict: 'faster', paired: false });
  expect(Object.keys(noiseFloors)).toHaveLength(2);
});

test('a quiet repeat stands in for the noisy run of its round', async () => {
  const store = temporaryStore();
  const sweep = { cells: variants.slice(0, 1), control: false, noisyRounds: [2, 4] };
  const { runIds } = await storeComparedSweep(store, { ...sweep, remeasure: 1 });
  const pairs = [{ candidate: runIds[0]!, baseline: runIds[0]! }];
  const repeated = (await store.runs.compare({ pairs, statistic: 'p50' })).comparisons[0]!;
  expect(repeated.candidate).toMatchObject({ noisyRounds: 0 });
  expect(repeated.candidate.runIds).toHaveLength(5);
  const { runIds: once } = await storeComparedSweep(store, sweep);
  const noisy = (await store.runs.compare({ pairs: [{ candidate: once[0]!, baseline: once[0]! }], statistic: 'p50' }))
    .comparisons[0]!;
  expect(noisy.candidate).toMatchObject({ noisyRounds: 2 });
  expect(noisy.candidate.value).toBeGreaterThan(repeated.candidate.value! * 1.2);
});

test('fewer than three rounds, and runs that are not there', async () => {
  const store = temporaryStore();
  const { runIds } = await storeComparedSweep(store, { cells: variants, rounds: 2, control: false });
  const { comparisons, noiseFloors } = await store.runs.compare({
    pairs: [{ candidate: runIds[1]!, baseline: runIds[0]! }],
    statistic: 'p50',
  });
  expect(comparisons[0]!.outcome).toMatchObject({
    kind: 'not comparable',
    obstacles: [{ field: 'rounds in common (at least 3)' }],
  });
  expect(Object.values(noiseFloors)[0]).toMatchObject({ source: 'assumed', value: 0.01 });
  await expect(store.runs.compare({ pairs: [{ candidate: 999, baseline: 1 }], statistic: 'p50' })).rejects.toThrow(
    /There is no run 999/,
  );
});

test('superiority counts how often one is below the other', () => {
  const of = (...values: number[]) => Float64Array.from(values);
  expect(superiority(of(1, 2), of(3, 4))).toBe(1);
  expect(superiority(of(3, 4), of(1, 2))).toBe(0);
  expect(superiority(of(1, 2, 3), of(1, 2, 3))).toBe(0.5);
  // Of 6 pairs: 1<2, 1<3, 2=2, 2<3, 4>2, 4>3.
  expect(superiority(of(1, 2, 4), of(2, 3))).toBeCloseTo(3.5 / 6, 12);
});
