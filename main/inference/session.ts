/** Opens ONNX Runtime sessions for jobs; import it in child processes only. */
import * as ort from 'onnxruntime-node';
import { CrivoError } from '../../shared/errors.ts';
import type { OpenSession, Session, SessionOptions, TensorValue, TensorValues } from '../engine/ports.ts';

/** Element types that ONNX Runtime's binding names as they are. */
type OrtType = Exclude<ort.Tensor.Type, 'string'>;

/** Opens a session on a file or on bytes. Rejects with `invalid-model` and ONNX Runtime's reason in one sentence. */
export const openSession: OpenSession = async (model, options = {}) => {
  const created =
    typeof model === 'string'
      ? ort.InferenceSession.create(model, ortOptions(options))
      : ort.InferenceSession.create(model, ortOptions(options));
  const session = await created.catch((error: Error) => {
    throw new CrivoError('invalid-model', `ONNX Runtime can't load the model: ${firstSentence(error.message)}`, {
      detail: error.message,
      cause: error,
    });
  });
  return sessionOf(session);
};

function sessionOf(session: ort.InferenceSession): Session {
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    run: async (feeds, fetch) => {
      const tensors = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toOrt(value)]));
      const results = await session.run(tensors, fetch ?? session.outputNames);
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor as ort.Tensor)]));
    },
    release: () => session.release(),
  };
}

function ortOptions(options: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [options.provider ?? 'cpu'],
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    intraOpNumThreads: options.threads ?? 0,
    logSeverityLevel: 4,
    ...(options.optimizedModelPath === undefined ? {} : { optimizedModelFilePath: options.optimizedModelPath }),
    ...(options.entries === undefined ? {} : { extra: options.entries }),
  };
}

function describe(metadata: ort.InferenceSession.ValueMetadata): Session['inputs'][number] {
  if (!metadata.isTensor) return { name: metadata.name, elementType: 'unknown', shape: [] };
  const shape = metadata.shape.map((size) => (typeof size === 'string' ? size || null : size < 0 ? null : size));
  return { name: metadata.name, elementType: metadata.type, shape };
}

const toOrt = ({ elementType, shape, values }: TensorValue): ort.Tensor =>
  new ort.Tensor(elementType as OrtType, values as never, shape);

const fromOrt = (tensor: ort.Tensor): TensorValue => ({
  elementType: tensor.type,
  shape: tensor.dims,
  values: tensor.data as TensorValues,
});

const firstSentence = (message: string): string => message.split('\n')[0]!.trim().replace(/\.?$/, '.');
