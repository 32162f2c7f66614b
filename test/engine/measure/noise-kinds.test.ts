import { expect, test } from 'vitest';
import { noiseKinds, noiseSentence } from '../../../shared/noise-kinds.ts';

test('causes that differ in figures and processes only are one kind, told by the largest', () => {
  const runs = [
    'the cell waited for a core during 8.5% of the time',
    'another process used 38% of a core during 6.0 of 10.0 s: 42, backup',
    'the cell waited for a core during 30% of the time',
    'other processes used 0.61 cores',
  ].map((cause) => ({ noiseCauses: [cause] }));
  expect(noiseKinds([...runs, { noiseCauses: [] }]).map(noiseSentence)).toEqual([
    '2 noisy, such as: the cell waited for a core during 30% of the time',
    '1 noisy: another process used 38% of a core during 6.0 of 10.0 s: 42, backup',
    '1 noisy: other processes used 0.61 cores',
  ]);
});
