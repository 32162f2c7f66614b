/**
 * Nodes of dynamic 8-bit quantization, in the shapes that ONNX Runtime fuses to DynamicQuantizeMatMul and MatMulIntegerToFloat:
 *
 *   x → DynamicQuantizeLinear ┬─ integers, zero point → MatMulInteger (ConvInteger) → Cast ┬→ Mul → [Add bias] → y
 *                             └─ scale → Mul with the weight's scale ──────────────────────┘
 */
import { DataType, NodeProtoSchema, intAttribute, makeNode, patch, withInputs, withOutputs } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { makeTensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { integerDataType } from './affine.ts';
import { biasTensor } from './bias-tensor.ts';
import { dynamicInput, named, once, transposedTensor, writeScaled } from './dynamic-writer.ts';
import type { DynamicWriter } from './dynamic-writer.ts';
import { addendName, productParts } from './product-parts.ts';
import { floatValues, isFloatTensor, quantizedWeight, weightParameters } from './quantize-weight.ts';
import type { RuleOutcome, Rules } from './rewrite-nodes.ts';
import { transposeLast } from './transpose-last.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export const dynamicRules: Rules<DynamicWriter> = {
  MatMul: writeProduct,
  Gemm: writeProduct,
  Conv: writeConvolution,
  LSTM: writeLstm,
  Gather: writeGather,
};

function writeProduct(writer: DynamicWriter, node: NodeProto): RuleOutcome {
  const parts = productParts(writer.graph, node);
  if ('left' in parts) return parts;
  const { weight, transposed, alpha, addend } = parts;
  const { type, reduceRange, perChannel } = writer.choice;
  const shape = tensorShape(weight);
  // ONNX Runtime takes a zero point a column for one matrix only.
  const axis = perChannel && shape.length === 2 ? (transposed ? 0 : 1) : null;
  const written = once(writer, weight, `${transposed} ${alpha}`, () => {
    const parameters = weightParameters(weight, { type, symmetric: type === 'int8', reduceRange, axis });
    const integers = quantizedWeight(weight.name, weight, parameters);
    const turned = transposed ? transposedTensor(integers, shape[0]!, shape[1]!) : integers;
    const scales = parameters.scales.map((scale) => scale * alpha);
    return {
      integers: turned,
      scales,
      zeroPoints: parameters.zeroPoints,
      scaleShape: axis === null ? [] : [scales.length],
    };
  });
  const [integers, scale, zeroPoint] = dynamicInput(writer, parts.input);
  const product = makeNode(
    'MatMulInteger',
    [integers, written.integers, zeroPoint, written.zeroPoint],
    [],
    named(writer, node, 'MatMulInteger'),
  );
  writeScaled(writer, node, product, [scale, written.scale], addendName(writer, addend));
  return {
    taken: say(axis === null ? 'operatorWithOneScale' : 'operatorPerColumn', { operator: 'MatMulInteger', type }),
  };
}

function writeConvolution(writer: DynamicWriter, node: NodeProto): RuleOutcome {
  const { graph, choice } = writer;
  const [input = '', name = '', biasName = ''] = node.input;
  const weight = graph.constantOf(name);
  if (weight === undefined) return { left: say('weightComputed') };
  if (!isFloatTensor(weight)) return { left: say('weightNotFloat') };
  const shape = tensorShape(weight);
  const bias = biasName === '' ? { tensor: null } : biasTensor(node, graph.constantOf(biasName), shape[0]!);
  if ('left' in bias) return bias;
  const type = choice.convolutionType;
  const { perChannel } = choice;
  const reduceRange = choice.reduceRange && type === 'int8';
  const rest = shape.slice(2).map(() => 1);
  const written = once(writer, weight, 'convolution', () => {
    const options = { type, symmetric: type === 'int8', reduceRange, axis: perChannel ? 0 : null };
    const { scales, zeroPoints, axis } = weightParameters(weight, options);
    // The kernel knows one zero point: the middle of the range, which all channels have but those of zeros.
    if (perChannel) zeroPoints.fill(type === 'int8' ? 0 : 128);
    return {
      integers: quantizedWeight(weight.name, weight, { type, axis, scales, zeroPoints }),
      scales,
      zeroPoints: zeroPoints.slice(0, 1),
      scaleShape: perChannel ? [1, scales.length, ...rest] : [],
    };
  });
  const [integers, scale, zeroPoint] = dynamicInput(writer, input);
  const product = patch(
    NodeProtoSchema,
    makeNode(
      'ConvInteger',
      [integers, written.integers, zeroPoint, written.zeroPoint],
      [],
      named(writer, node, 'ConvInteger'),
    ),
    { attribute: node.attribute },
  );
  let added: string | null = null;
  if (bias.tensor !== null) {
    added = writer.nameOf(`${biasName}_channels`);
    writer.initializers.push(makeTensor(added, DataType.FLOAT, [1, shape[0]!, ...rest], floatValues(bias.tensor)));
  }
  writeScaled(writer, node, product, [scale, written.scale], added);
  return { taken: say(perChannel ? 'operatorPerChannel' : 'operatorWithOneScale', { operator: 'ConvInteger', type }) };
}

/** `DynamicQuantizeLSTM` quantizes its input itself; its weights are turned to [directions, inputs, 4 · hidden]. */
function writeLstm(writer: DynamicWriter, node: NodeProto): RuleOutcome {
  const { graph, choice } = writer;
  const weights = [node.input[1] ?? '', node.input[2] ?? ''].map((name) => graph.constantOf(name));
  const [inputWeight, recurrentWeight] = weights;
  if (inputWeight === undefined || recurrentWeight === undefined) return { left: say('weightsComputed') };
  if (!isFloatTensor(inputWeight) || !isFloatTensor(recurrentWeight)) return { left: say('weightsNotFloat') };
  if (intAttribute(node, 'layout', 0) !== 0) return { left: say('noBatchFirst') };
  const written = [inputWeight, recurrentWeight].map((weight) =>
    once(writer, weight, 'lstm', () => {
      const [directions = 1, gates = 1, inputs = 1] = tensorShape(weight);
      const rows = choice.perChannel ? directions * gates : directions;
      const flat = makeTensor(
        weight.name,
        DataType.FLOAT,
        [rows, (directions * gates * inputs) / rows],
        floatValues(weight),
      );
      const parameters = weightParameters(flat, {
        type: choice.type,
        symmetric: true,
        reduceRange: choice.reduceRange,
        axis: 0,
      });
      const values = tensorValues(quantizedWeight(weight.name, flat, parameters)) as Int8Array | Uint8Array;
      return {
        integers: makeTensor(
          weight.name,
          integerDataType[choice.type],
          [directions, inputs, gates],
          transposeLast(values, gates, inputs),
        ),
        scales: parameters.scales,
        zeroPoints: parameters.zeroPoints,
        scaleShape: choice.perChannel ? [directions, gates] : [directions],
      };
    }),
  );
  const rest = Array.from({ length: 5 }, (_, index) => node.input[index + 3] ?? '');
  const scales = written.flatMap(({ scale, zeroPoint }) => [scale, zeroPoint]);
  writer.nodes.push(
    patch(NodeProtoSchema, node, {
      opType: 'DynamicQuantizeLSTM',
      domain: 'com.microsoft',
      input: [node.input[0] ?? '', ...written.map(({ integers }) => integers), ...rest, ...scales],
      attribute: node.attribute.filter(({ name }) => name !== 'layout'),
    }),
  );
  return {
    taken: say(choice.perChannel ? 'operatorPerGate' : 'operatorPerDirection', {
      operator: 'DynamicQuantizeLSTM',
      type: choice.type,
    }),
  };
}

/** Rows are looked up as integers and only those become floats. */
function writeGather(writer: DynamicWriter, node: NodeProto): RuleOutcome {
  const { graph, choice } = writer;
  const data = graph.constantOf(node.input[0] ?? '');
  if (data === undefined) return { left: say('dataComputed') };
  if (!isFloatTensor(data)) return { left: say('dataNotFloat') };
  const { type } = choice;
  const written = once(writer, data, 'gather', () => {
    const parameters = weightParameters(data, { type, symmetric: type === 'int8', reduceRange: false, axis: null });
    return { integers: quantizedWeight(data.name, data, parameters), ...parameters, scaleShape: [] };
  });
  const integers = writer.nameOf(`${node.output[0]}_quantized`);
  writer.nodes.push(
    withOutputs(withInputs(node, [written.integers, ...node.input.slice(1)]), [integers]),
    makeNode(
      'DequantizeLinear',
      [integers, written.scale, written.zeroPoint],
      node.output,
      named(writer, node, 'DequantizeLinear'),
    ),
  );
  return { taken: say('looksUp', { type }) };
}
