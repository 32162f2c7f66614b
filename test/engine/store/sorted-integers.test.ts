import { expect, test } from 'vitest';
import { sortedIntegers } from '../../../main/engine/store/sorted-integers.ts';
import { seededRandom } from '../../fixtures/example-run.ts';

test.each([
  ['of all 32 bits', 2 ** 32],
  ['of which only the lowest digit differs', 1_000],
  ['of which only the highest digit differs', 2 ** 10, 2 ** 22],
])('whole numbers %s are sorted as the engine sorts them', (_, below, scale = 1) => {
  const random = seededRandom(7);
  for (const length of [0, 1, 1_999, 5_003]) {
    const values = Uint32Array.from({ length }, () => Math.floor(random() * below) * scale);
    const before = values.slice();
    expect(sortedIntegers(values)).toEqual(values.toSorted());
    expect(values).toEqual(before);
  }
});
