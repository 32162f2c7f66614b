import { expect, test } from 'vitest';
import { ratioOfTimes } from '../../../main/engine/passes/time-by-turns.ts';
import { speedWarnings } from '../../../main/engine/passes/speed-warnings.ts';

/** Rounds of a parent at 2 ms and a variant at the ratio of it, spread by the share, every seventh disturbed. */
function measured(ratio: number, spread: number) {
  const rounds = Array.from({ length: 40 }, (_, round) => round);
  const parentMs = rounds.map((round) => (round % 7 === 0 ? 5 : 2));
  return ratioOfTimes(
    rounds.map(
      (round) => parentMs[round]! * ratio * (1 + (spread * (((round * 7) % 11) - 5)) / 5) + (round % 7 === 3 ? 3 : 0),
    ),
    parentMs,
  );
}
const beginning = (ratio: number, spread: number): string | undefined =>
  speedWarnings(measured(ratio, spread), 'for a reason')[0]?.split(' than its parent')[0];

test('a variant that is not faster than its parent never passes without a word', () => {
  const slower = 'The variant is slower';
  const unsure = 'The variant was not found to be faster';
  expect(beginning(1.86, 0.1)).toBe(slower);
  expect(beginning(1.04, 0.005)).toBe(slower);
  expect(beginning(1.01, 0.005)).toBe(unsure);
  expect(beginning(0.98, 0.2)).toBe(unsure);
  expect(beginning(0.9, 0.02)).toBeUndefined();
  expect(beginning(0.39, 0.1)).toBeUndefined();
});

test('what was measured and why stand in the sentence; where nothing was measured nothing is said', () => {
  expect(speedWarnings({ value: 1.121, low: 1.099, high: 1.13 }, 'casts')).toEqual([
    'The variant is slower than its parent on this CPU (1.12 times its latency at batch 1, one thread; 95% interval 1.10 to 1.13): casts.',
  ]);
  expect(speedWarnings({ value: null, reason: 'no data' }, 'casts')).toEqual([]);
});
