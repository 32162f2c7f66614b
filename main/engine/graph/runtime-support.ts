import { CrivoError } from '../../../shared/errors.ts';
import type { ModelProto } from '../onnx/proto.ts';
import { opsetVersion } from './graph.ts';

/** What ONNX Runtime 1.30 loads (tried). */
const newestIr = 13;
const newestOpset = 26;

/** Raises `invalid-model` where the model is newer than ONNX Runtime can load. */
export function checkRuntimeSupport(model: ModelProto, label: string): void {
  if (model.irVersion > newestIr) {
    throw new CrivoError(
      'invalid-model',
      `${label} has IR version ${model.irVersion}, and ONNX Runtime reads up to ${newestIr}; export it with an older version of onnx.`,
    );
  }
  const opset = opsetVersion(model);
  if (opset > newestOpset) {
    throw new CrivoError(
      'invalid-model',
      `${label} uses operator set ${opset}, and ONNX Runtime knows up to ${newestOpset}; export it with opset_version=${newestOpset} or less.`,
    );
  }
}
