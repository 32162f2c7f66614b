import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderRounds, roundSeed } from '../../../main/engine/sweep/order.ts';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const cellLists = fc.uniqueArray(fc.nat(10_000), { maxLength: 60 });

test('each round holds every cell exactly once, rounds one after another', () => {
  fc.assert(
    fc.property(cellLists, fc.integer({ min: 1, max: 6 }), seeds, (cells, rounds, seed) => {
      const order = orderRounds(cells, rounds, seed);
      expect(order.map(({ round }) => round)).toEqual(
        Array.from({ length: rounds }, (_, index) => cells.map(() => index + 1)).flat(),
      );
      for (let round = 1; round <= rounds; round += 1) {
        const inRound = order.filter((entry) => entry.round === round).map(({ cell }) => cell);
        expect(inRound.toSorted((a, b) => a - b)).toEqual(cells.toSorted((a, b) => a - b));
      }
    }),
  );
});

test('the same seed gives the same order, another seed another, and rounds differ', () => {
  const cells = Array.from({ length: 40 }, (_, index) => index);
  expect(orderRounds(cells, 3, 7)).toEqual(orderRounds(cells, 3, 7));
  expect(orderRounds(cells, 3, 7)).not.toEqual(orderRounds(cells, 3, 8));
  const order = orderRounds(cells, 2, 7).map(({ cell }) => cell);
  expect(order.slice(0, 40)).not.toEqual(order.slice(40));
});

test('every place is equally likely: chi-square of 5 cells over 20,000 shuffles', () => {
  const shuffles = 20_000;
  const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
  orderRounds([0, 1, 2, 3, 4], shuffles, 2024).forEach(({ cell }, index) => (counts[index % 5]![cell]! += 1));
  const expected = shuffles / 5;
  const chiSquare = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 16 degrees of freedom: 39.25 is passed by chance once in 1,000 times.
  expect(chiSquare).toBeLessThan(39.25);
});

test('the generator is xoshiro128** seeded by SplitMix: an order that was recorded stays reproducible', () => {
  expect(orderRounds([0, 1, 2, 3, 4, 5, 6, 7], 1, 42).map(({ cell }) => cell)).toMatchInlineSnapshot(`
    [
      1,
      7,
      3,
      0,
      5,
      2,
      6,
      4,
    ]
  `);
});

test('rounds of a sweep have different seeds of 32 bits', () => {
  const drawn = Array.from({ length: 1000 }, (_, index) => roundSeed(1, index + 1));
  expect(new Set(drawn).size).toBe(1000);
  expect(drawn.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff)).toBe(true);
});

test('a control stands once more in each round, at a place of its own', () => {
  const order = orderRounds([0, 1, 2], 50, 7, 1);
  expect(order).toHaveLength(200);
  const controls = order.filter(({ role }) => role === 'control');
  expect(controls.map(({ round }) => round)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  expect(new Set(controls.map(({ cell }) => cell))).toEqual(new Set([1]));
  const firsts = order.filter((_, index) => index % 4 === 0);
  expect(firsts.some(({ role }) => role === 'control')).toBe(true);
  expect(firsts.some(({ role }) => role !== 'control')).toBe(true);
});
