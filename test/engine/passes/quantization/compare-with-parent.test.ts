import { describe, expect, test } from 'vitest';
import { effectWarnings } from '../../../../main/engine/passes/quantization/compare-with-parent.ts';
import { medianRatio } from '../../../../main/engine/passes/time-by-turns.ts';

const slower = (ratio: number): boolean =>
  effectWarnings(ratio, 40).some((warning) => warning.startsWith('The variant is slower than its parent on this CPU'));

describe('a variant that is slower than its parent is warned of', () => {
  /** [parent ms, variant ms] by turns: made-up rounds, some of them disturbed, around ratios that were measured (docs/effects.md). */
  const timings: [string, readonly (readonly [number, number])[], number, boolean][] = [
    ['PP-OCR direction', [[2.1, 3.92], [2.08, 3.9], [2.3, 4.31], [2.11, 3.93], [6.9, 4.01]], 1.86, true],
    ['PP-OCR detection', [[30.1, 31.9], [29.8, 31.5], [30.4, 32.4], [30, 31.9], [30.2, 40.3]], 1.06, true],
    ['digits-squeezenet', [[0.5, 0.56], [0.51, 0.57], [0.5, 0.56], [0.49, 0.55], [0.5, 0.54]], 1.12, true],
    ['digits-resnet', [[2.4, 0.93], [2.41, 0.92], [2.38, 0.9], [2.4, 5.1]], 0.39, false],
    ['PP-OCR recognition', [[12.1, 9.4], [12, 9.3], [12.2, 9.6]], 0.78, false],
  ]; // prettier-ignore

  test.each(timings)('%s', (_, pairs, ratio, isSlower) => {
    const measured = medianRatio(pairs.map(([parentMs, variantMs]) => variantMs / parentMs));
    expect(measured).toBeCloseTo(ratio, 1);
    expect(slower(measured)).toBe(isSlower);
  });

  test('from 2% on: less is within what two sessions of one model differ by', () => {
    expect([1, 1.02, 1.021].map(slower)).toEqual([false, false, true]);
    expect(effectWarnings(1.12, 40)[0]).toContain('(1.12 times its latency at batch 1, one thread)');
  });

  test('nothing is said where nothing was timed', () => {
    expect(effectWarnings(medianRatio([]), 40)).toEqual([]);
  });
});

test('outputs that are far off or no numbers are warned of', () => {
  expect(effectWarnings(0.5, 9.9)[0]).toMatch(/^The outputs are far from the parent's .*9\.9 dB/);
  expect(effectWarnings(0.5, 10)).toEqual([]);
  expect(effectWarnings(0.5, NaN)[0]).toMatch(/^The outputs are NaN or infinite/);
});
