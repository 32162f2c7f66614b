/** The same model with work of a chosen size beside its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeNode } from '../../main/engine/onnx/proto.ts';
import { readModel } from '../../main/engine/onnx/read-model.ts';
import { int64Tensor } from '../../main/engine/onnx/tensor.ts';
import { valueInfoOf } from '../../main/engine/onnx/value-info.ts';
import { encodeModel } from '../../main/engine/onnx/write-model.ts';
import { starterModel } from '../fixtures/cells.ts';

const trialModel = 'digits-resnet';

/**
 * Writes the model with sines of `elements` numbers beside it and gives the file. They hang on the input and end in an
 * output of their own, so that ONNX Runtime can't leave them out; 1 element is the model as the baseline runs it.
 */
export async function writeSlowedModel(folder: string, elements: number): Promise<string> {
  const model = await readModel(starterModel(trialModel));
  const graph = model.graph!;
  const input = graph.input[0]!.name;
  graph.initializer.push(int64Tensor('trial_size', [BigInt(elements)], [1]));
  graph.node.push(
    makeNode('ReduceMean', [input], ['trial_mean'], { name: 'trial_mean', attributes: { keepdims: 0 } }),
    makeNode('Expand', ['trial_mean', 'trial_size'], ['trial_values'], { name: 'trial_values' }),
    makeNode('Sin', ['trial_values'], ['trial_sines'], { name: 'trial_sines' }),
    makeNode('ReduceMax', ['trial_sines'], ['trial_work'], {
      name: 'trial_work',
      attributes: { keepdims: 0 },
    }),
  );
  graph.output.push(valueInfoOf({ name: 'trial_work', elementType: 'float32', shape: [] }));
  const path = join(folder, `${trialModel}-${elements}.onnx`);
  writeFileSync(path, encodeModel(model));
  return path;
}
