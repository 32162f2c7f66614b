import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
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
      say('irTooNew', { label, version: String(model.irVersion), newest: newestIr }),
    );
  }
  const opset = opsetVersion(model);
  if (opset > newestOpset) {
    throw new CrivoError(
      'invalid-model',
      say('opsetTooNew', { label, opset, newest: newestOpset, option: newestOpset }),
    );
  }
}
