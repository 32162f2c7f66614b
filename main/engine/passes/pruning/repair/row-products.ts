/** XᵀX and XᵀY of rows: small ones here, large ones in ONNX Runtime, which is some forty times as fast. */
import { create } from '@bufbuild/protobuf';
import { ModelProtoSchema, makeNode } from '../../../onnx/proto.ts';
import { valueInfoOf } from '../../../onnx/value-info.ts';
import { encodeModel } from '../../../onnx/write-model.ts';
import type { OpenSession, TensorValue } from '../../../ports.ts';
import { calmSession } from '../../calm-session.ts';
import { accumulateProducts } from './dense-algebra.ts';

/** `rows` values of each input one input after the other, and of each output likewise. */
export interface Rows {
  readonly x: Float32Array;
  readonly inputs: number;
  readonly y: Float32Array;
  readonly outputs: number;
  readonly rows: number;
}

export interface RowProducts {
  /** Adds XᵀX (at least its lower triangle) and XᵀY to row-major matrices. */
  readonly addTo: (gram: Float64Array, cross: Float64Array, rows: Rows) => Promise<void>;
  readonly release: () => Promise<void>;
}

/** Products of a row that a call into ONNX Runtime is worth. */
const largeProducts = 4_096;

/** Opens the session that large products take. Each call sums in single precision over its rows, the sums of calls are double. */
export async function openRowProducts(openSession: OpenSession): Promise<RowProducts> {
  const session = await openSession(encodeModel(productsModel()), calmSession);
  return {
    addTo: async (gram, cross, rows) => {
      if (rows.inputs ** 2 < largeProducts) return addHere(gram, cross, rows);
      const tensor = (values: Float32Array, columns: number): TensorValue => ({
        ...{ elementType: 'float32', shape: [columns, rows.rows], values },
      });
      const found = await session.run({ x: tensor(rows.x, rows.inputs), y: tensor(rows.y, rows.outputs) });
      addInto(gram, found['gram']!.values as Float32Array);
      addInto(cross, found['cross']!.values as Float32Array);
    },
    release: () => session.release(),
  };
}

/** Adds the products of few inputs without ONNX Runtime. */
export function addHere(gram: Float64Array, cross: Float64Array, { x, inputs, y, outputs, rows }: Rows): void {
  accumulateProducts(gram, { a: x, m: inputs, b: x, n: inputs, rows, lowerOnly: true });
  accumulateProducts(cross, { a: x, m: inputs, b: y, n: outputs, rows, lowerOnly: false });
}

function addInto(sums: Float64Array, more: Float32Array): void {
  for (let at = 0; at < sums.length; at += 1) sums[at]! += more[at]!;
}

function productsModel() {
  const matrix = (name: string) => valueInfoOf({ name, elementType: 'float32', shape: [null, null] });
  const product = (right: string, output: string) =>
    makeNode('Gemm', ['x', right], [output], { name: output, attributes: { transB: 1 } });
  return create(ModelProtoSchema, {
    ...{ irVersion: 8n, opsetImport: [{ domain: '', version: 13n }] },
    graph: {
      ...{ name: 'row-products', node: [product('x', 'gram'), product('y', 'cross')] },
      ...{ input: [matrix('x'), matrix('y')], output: [matrix('gram'), matrix('cross')] },
    },
  });
}
