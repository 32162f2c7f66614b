import { describe, expect, test } from 'vitest';
import { choleskyFactor } from '../../../../main/engine/passes/pruning/repair/dense-algebra.ts';
import { addHere, openRowProducts } from '../../../../main/engine/passes/pruning/repair/row-products.ts';
import { createNormalEquations } from '../../../../main/engine/passes/pruning/repair/least-squares.ts';
import { pruningAdvice, mostSensitiveGroup } from '../../../../shared/pruning.ts';
import type { PruningAnalysis } from '../../../../shared/pruning.ts';
import { passWorld } from '../../../fixtures/passes.ts';
import { floats } from '../../../fixtures/random-tensors.ts';

const world = passWorld();
const here = {
  addTo: (gram: Float64Array, cross: Float64Array, rows: Parameters<typeof addHere>[2]) =>
    Promise.resolve(addHere(gram, cross, rows)),
};

describe('least squares', () => {
  test.each([
    [3, 2],
    [9, 5],
    [14, 1],
  ])('finds the %i × %i weights that made the data, the bias too', async (inputs, outputs) => {
    const rows = 200;
    const weights = Float64Array.from(floats([(inputs + 1) * outputs], 1).values as Float32Array);
    const x = Float32Array.from(floats([(inputs + 1) * rows], 2).values as Float32Array).fill(1, inputs * rows);
    const y = new Float32Array(outputs * rows);
    for (let row = 0; row < rows; row += 1)
      for (let o = 0; o < outputs; o += 1)
        for (let k = 0; k <= inputs; k += 1) y[o * rows + row]! += x[k * rows + row]! * weights[k * outputs + o]!;
    const equations = createNormalEquations(inputs + 1, outputs, here);
    await equations.add(x, y, rows);
    const none = new Float64Array(weights.length);
    const found = equations.solve(none, 1e-12);
    found.forEach((value, index) => expect(value).toBeCloseTo(weights[index]!, 6));
    expect(equations.error(found)).toBeLessThan(1e-6);
    expect(equations.error(none)).toBeCloseTo(1, 12);
    const biased = weights.map((value, index) => (index < inputs * outputs ? value : 0));
    equations.solveBias(biased).forEach((value, index) => expect(value).toBeCloseTo(weights[index]!, 6));
  });

  test('products of many inputs, which ONNX Runtime forms, are those of few', async () => {
    const [inputs, outputs, rows] = [70, 3, 41];
    const x = floats([inputs * rows], 3).values as Float32Array;
    const y = floats([outputs * rows], 4).values as Float32Array;
    const sums = (): [Float64Array, Float64Array] => [
      new Float64Array(inputs * inputs).fill(2),
      new Float64Array(inputs * outputs).fill(3),
    ];
    const [[gram, cross], [expectedGram, expectedCross]] = [sums(), sums()];
    const products = await openRowProducts(world.openSession);
    await products.addTo(gram, cross, { x, inputs, y, outputs, rows });
    await products.release();
    addHere(expectedGram, expectedCross, { x, inputs, y, outputs, rows });
    for (let i = 0; i < inputs; i += 1)
      for (let j = 0; j <= i; j += 1) expect(gram[i * inputs + j]).toBeCloseTo(expectedGram[i * inputs + j]!, 4);
    cross.forEach((value, index) => expect(value).toBeCloseTo(expectedCross[index]!, 4));
  });

  test('a strong ridge keeps the prior', async () => {
    const equations = createNormalEquations(2, 1, here);
    await equations.add(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6), 2);
    const prior = Float64Array.of(0.25, -0.5);
    equations.solve(prior, 1e12).forEach((value, index) => expect(value).toBeCloseTo(prior[index]!, 6));
  });

  test('Cholesky: L·Lᵀ is the matrix', () => {
    const a = Float64Array.of(4, 0, 0, 2, 5, 0, 1, 3, 6);
    const whole = [4, 2, 1, 2, 5, 3, 1, 3, 6];
    choleskyFactor(a, 3);
    for (let i = 0; i < 3; i += 1)
      for (let j = 0; j <= i; j += 1) {
        let sum = 0;
        for (let k = 0; k <= j; k += 1) sum += a[i * 3 + k]! * a[j * 3 + k]!;
        expect(sum).toBeCloseTo(whole[i * 3 + j]!, 12);
      }
  });
});

describe('advice', () => {
  const group = (name: string, changed: readonly (number | null)[], snr: readonly number[]) => ({
    ...{ name, layers: [name], channels: 8, locked: null, macsShare: 0.1, parametersShare: 0.1 },
    importance: { lowest: 0, median: 1, highest: 2 },
    drift: snr.map((snrDb, index) => ({
      ...{ ratio: (index + 1) / 4, channelsRemoved: 2 * (index + 1), snrDb, changedPercent: changed[index] ?? null },
    })),
  });
  const analysis = (groups: PruningAnalysis['groups']): PruningAnalysis => ({
    ...{ groups, examples: 100, parameters: 1, macs: 1 },
  });

  test('names the groups that can lose most without harm, and the one that can lose least', () => {
    const measured = analysis([
      group('a', [0, 0.5, 4], [40, 30, 10]),
      group('b', [0, 0, 0.2], [50, 40, 30]),
      group('c', [3, 9, 50], [8, 4, 1]),
    ]);
    expect(pruningAdvice(measured)).toEqual([
      { ratio: 0.75, groups: ['b'], changedPercent: 0.2, snrDb: 30 },
      { ratio: 0.5, groups: ['a'], changedPercent: 0.5, snrDb: 30 },
    ]);
    expect(mostSensitiveGroup(measured)).toBe('c');
  });

  test('goes by the signal-to-noise ratio where no classes are scored', () => {
    expect(pruningAdvice(analysis([group('a', [], [30, 19, 5])]))).toEqual([
      { ratio: 0.25, groups: ['a'], changedPercent: null, snrDb: 30 },
    ]);
    expect(mostSensitiveGroup(analysis([]))).toBeNull();
  });
});
