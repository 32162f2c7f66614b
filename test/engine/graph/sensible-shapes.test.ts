import { expect, test } from 'vitest';
import { sensibleShapes, sensibleValue } from '../../../main/engine/graph/sensible-shapes.ts';
import type { Dimension } from '../../../shared/model.ts';

const input = (name: string, shape: readonly Dimension[] | null, elementType = 'float32') => ({
  name,
  elementType,
  shape,
});

test.each([
  ['a fixed shape stays', input('x', [3, 5]), [3, 5]],
  ['an image', input('x', ['batch', 3, 'h', 'w']), [1, 3, 224, 224]],
  ['an image of unknown channels', input('x', [null, null, null, null]), [1, 3, 224, 224]],
  ['an image with channels last', input('x', [null, 'h', 'w', 3]), [1, 224, 224, 3]],
  ['a text line', input('x', ['n', 3, 48, 'width']), [1, 3, 48, 320]],
  ['tokens', input('input_ids', ['batch', 'sequence'], 'int64'), [1, 128]],
  ['a waveform', input('input', ['batch', 'samples']), [1, 512]],
  ['a recurrent state', input('h', [2, 'batch', 64]), [2, 1, 64]],
  ['a cache of keys', input('past_key_values.0.key', ['batch', 8, 'past_sequence', 64]), [1, 8, 128, 64]],
  ['a mask over past and present', input('attention_mask', ['batch', 'total_sequence'], 'int64'), [1, 256]],
  ['a video', input('clip', [null, 3, null, null, null]), [1, 3, 8, 112, 112]],
  ['an unknown rank', input('x', null), [1]],
  ['a scalar', input('sr', [], 'int64'), []],
] as const)('%s', (_, tensor, shape) => {
  expect(sensibleShapes([tensor])).toEqual({ [tensor.name]: shape });
});

test('a symbol that a given shape settles has that size in every input', () => {
  const inputs = [input('ids', ['batch', 'length'], 'int64'), input('mask', ['batch', 'length'], 'int64')];
  expect(sensibleShapes(inputs, { ids: [4, 77] })).toEqual({ ids: [4, 77], mask: [4, 77] });
});

test('the batch asked for is the first size', () => {
  expect(sensibleShapes([input('x', ['batch', 3, 32, 32])], {}, 16)).toEqual({ x: [16, 3, 32, 32] });
});

test('a sampling rate is 16 kHz, other scalars zero', () => {
  expect(['sr', 'sample_rate', 'sampling_rate', 'x'].map(sensibleValue)).toEqual([16_000, 16_000, 16_000, 0]);
});
