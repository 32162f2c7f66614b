import { describe, expect, test } from 'vitest';
import type { ComparedCell } from '../../../renderer/views/compare/cells.ts';
import { noBudget, recommend } from '../../../renderer/views/compare/recommend.ts';
import { boundsFrom } from '../../../renderer/views/optimize/search-bounds.ts';
import type { RunRow } from '../../../shared/sweep.ts';

const cell = (variant: string, latencyMs: number, change: Partial<ComparedCell> = {}): ComparedCell => ({
  row: { variant } as RunRow,
  ...{ runs: 3, latencyMs, accuracy: 98, snrDb: variant === 'original' ? null : 40, sizeBytes: 400, rejected: false },
  ...change,
});
const original = cell('original', 2);
const fast = cell('int8', 1, { accuracy: 97.2, snrDb: 22, sizeBytes: 100 });
const close = cell('fp16', 1.8, { accuracy: 98, snrDb: 70, sizeBytes: 200 });
const refused = cell('pruned', 0.5, { rejected: true });
const all = [original, fast, close, refused];
const bestOf = (budget: Partial<typeof noBudget>, cells = all): string | undefined =>
  recommend(cells, { ...noBudget, ...budget }).best?.row.variant;

describe('the recommended cell', () => {
  test('without a budget is the fastest that no sweep rejected', () => {
    expect(recommend(all, noBudget)).toMatchObject({ best: fast, goal: 'fastest', rejected: 1, outside: 0 });
  });

  test('keeps to the points that may be lost, and to the drift', () => {
    expect(bestOf({ maxDrop: 0.8 })).toBe('int8');
    expect(bestOf({ maxDrop: 0.5 })).toBe('fp16');
    expect(bestOf({ minSnrDb: 30 })).toBe('fp16');
    expect(bestOf({ minSnrDb: 80 })).toBe('original');
  });

  test('within a latency or size is the most accurate, of equal ones that with less drift', () => {
    expect(recommend(all, { ...noBudget, maxLatencyMs: 1.9 })).toMatchObject({ best: close, goal: 'most accurate' });
    expect(bestOf({ maxLatencyMs: 5 })).toBe('original');
    expect(bestOf({ maxSizeBytes: 150 })).toBe('int8');
  });

  test('is none where nothing keeps to the budget; what has no figure does not', () => {
    expect(recommend(all, { ...noBudget, maxLatencyMs: 0.6 })).toMatchObject({ best: null, outside: 3 });
    expect(bestOf({ maxDrop: 1 }, [original, cell('int8', 1, { accuracy: null })])).toBe('original');
    expect(bestOf({ maxDrop: 1 }, [cell('int8', 1)])).toBeUndefined();
    expect(bestOf({ maxSizeBytes: 1e6 }, [cell('int8', 1, { sizeBytes: null })])).toBeUndefined();
  });
});

describe('typed bounds of a search', () => {
  const typed = { maxDrop: '', minSnrDb: '', maxLatencyMs: '', maxSizeKilobytes: '' };
  test.each([
    [{ maxDrop: '0.5' }, { maxDrop: 0.5 }],
    [
      { maxDrop: '0,5', minSnrDb: ' 25 ' },
      { maxDrop: 0.5, minSnrDb: 25 },
    ],
    [{ maxSizeKilobytes: '1.2345' }, { maxSizeBytes: 1_234 }],
    [{ maxLatencyMs: '2' }, { maxLatencyMs: 2 }],
    [{}, null],
    [{ maxDrop: 'much' }, null],
    [{ maxDrop: '-1' }, null],
    [{ maxDrop: '1', maxLatencyMs: 'x' }, null],
  ])('%o', (written, bounds) => {
    expect(boundsFrom({ ...typed, ...written })).toEqual(bounds);
  });
});
