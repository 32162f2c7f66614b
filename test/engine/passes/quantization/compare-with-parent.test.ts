import { expect, test } from 'vitest';
import { effectWarnings } from '../../../../main/engine/passes/quantization/compare-with-parent.ts';

const faster = { value: 0.5, low: 0.49, high: 0.51 };

test('outputs that are far off or no numbers are warned of', () => {
  expect(effectWarnings(faster, 9.9)).toEqual([
    expect.stringMatching(/^The outputs are far from the parent's .*9\.9 dB/),
  ]);
  expect(effectWarnings(faster, 10)).toEqual([]);
  expect(effectWarnings(faster, NaN)).toEqual([expect.stringMatching(/^The outputs are NaN or infinite/)]);
});

test('and a variant that is slower', () => {
  expect(effectWarnings({ value: 1.12, low: 1.1, high: 1.13 }, 40)).toEqual([
    expect.stringMatching(/^The variant is slower .* too small or too mixed with float operators/),
  ]);
});
