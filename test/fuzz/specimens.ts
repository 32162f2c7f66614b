import { create, toBinary } from '@bufbuild/protobuf';
import { readFileSync } from 'node:fs';
import { DataType, ModelProtoSchema, TensorProtoSchema } from '../../main/engine/onnx/proto.ts';
import { externalWeights, productModel } from '../fixtures/built-models.ts';
import { realModels } from '../fixtures/real-models.ts';
import { specimenOf } from './mutate.ts';
import type { Specimen } from './mutate.ts';

/** Weights as lists of numbers, which take another way through the reader. */
const typedFields = productModel(
  create(TensorProtoSchema, {
    name: 'w',
    dataType: DataType.INT64,
    dims: [3_000n],
    int64Data: Array.from({ length: 3_000 }, (_, index) => BigInt(index) ** 4n),
  }),
);
/** The data file must be called `w.bin` and have 48 bytes. */
const external = productModel(externalWeights({ location: 'w.bin', offset: '0', length: '48' }));

/** What is damaged: real models that differ most (deep subgraphs, Constant nodes, thousands of nodes), and forms that they lack. */
export const specimens = (): readonly Specimen[] =>
  [
    readFileSync(realModels.mobilenet),
    readFileSync(realModels.squeezenet),
    readFileSync(realModels.direction),
    readFileSync(realModels.sileroLegacy),
    readFileSync(realModels.silero),
    toBinary(ModelProtoSchema, typedFields),
    toBinary(ModelProtoSchema, external),
  ].map((bytes) => specimenOf(new Uint8Array(bytes)));
