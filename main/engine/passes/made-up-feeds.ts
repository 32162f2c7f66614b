import type { TensorInfo } from '../../../shared/model.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { sensibleShapes, sensibleValue } from '../graph/sensible-shapes.ts';
import { tensorArrays } from '../graph/tensor-arrays.ts';
import type { TensorValue } from '../ports.ts';
import type { Feeds } from './pass.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Inputs of sensible shapes, the same for the same seed: floats in [0, 1), whole numbers 0 or 1. Only for checks where any data will do. */
export function madeUpFeeds(inputs: readonly TensorInfo[], seed: number): Feeds {
  const random = seededRandom(seed);
  const shapes = sensibleShapes(inputs);
  return Object.fromEntries(
    inputs.map(({ name, elementType }): [string, TensorValue] => {
      const ArrayType = tensorArrays[elementType];
      if (ArrayType === undefined)
        throw new CrivoError('invalid-model', say('noMadeUpValues', { input: name, type: elementType }));
      const shape = shapes[name]!;
      const values = new ArrayType(shape.reduce((product, size) => product * size, 1));
      const isFloat = elementType.startsWith('float');
      const draw = (): number =>
        isFloat ? random() : shape.length === 0 ? sensibleValue(name) : Math.floor(random() * 2);
      for (let index = 0; index < values.length; index += 1)
        values[index] = elementType.endsWith('int64') ? BigInt(draw()) : draw();
      return [name, { elementType, shape, values }];
    }),
  );
}
