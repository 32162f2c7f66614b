/** Opens ONNX Runtime sessions; import it in child processes only. */
import * as ort from 'onnxruntime-node';
import type { OpenSession, Session, SessionOptions, TensorValue, TensorValues } from '../engine/ports.ts';
import { runtimeError } from './runtime-errors.ts';

/** Element types that ONNX Runtime's binding names as they are. */
type NumericType = Exclude<ort.Tensor.Type, 'string'>;

/** Opens a session on a file or on bytes. Rejects with `invalid-model` or `unavailable` (the provider), in one sentence. */
export const openSession: OpenSession = async (model, options = {}) => sessionOf(await openNative(model, options));

/** The same as ONNX Runtime's own object, for timing without a layer between; `profilePrefix` turns its profile on. */
export async function openNative(
  model: string | Uint8Array,
  options: SessionOptions & { readonly profilePrefix?: string },
): Promise<ort.InferenceSession> {
  const native = {
    ...nativeOptions(options),
    ...(options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  };
  try {
    return await (typeof model === 'string'
      ? ort.InferenceSession.create(model, native)
      : ort.InferenceSession.create(model, native));
  } catch (error) {
    throw runtimeError(error, 'load', 'invalid-model');
  }
}

function nativeOptions(options: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [options.provider ?? 'cpu'],
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    intraOpNumThreads: options.threads ?? 0,
    logSeverityLevel: 3,
    ...(options.optimizedModelPath === undefined ? {} : { optimizedModelFilePath: options.optimizedModelPath }),
    ...(options.entries === undefined ? {} : { extra: options.entries }),
  };
}

/** Inputs or outputs as the engine describes them. */
export const describeValues = (metadata: readonly ort.InferenceSession.ValueMetadata[]): Session['inputs'] =>
  metadata.map(describeValue);

function describeValue(metadata: ort.InferenceSession.ValueMetadata): Session['inputs'][number] {
  if (!metadata.isTensor) return { name: metadata.name, elementType: 'unknown', shape: [] };
  const shape = metadata.shape.map((size) => (typeof size === 'string' ? size || null : size));
  return { name: metadata.name, elementType: metadata.type, shape };
}

function sessionOf(session: ort.InferenceSession): Session {
  return {
    inputs: describeValues(session.inputMetadata),
    outputs: describeValues(session.outputMetadata),
    run: async (feeds, fetch) => {
      const tensors = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, nativeTensor(value)]));
      try {
        const results = await session.run(tensors, fetch ?? session.outputNames);
        return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensorValue(tensor)]));
      } catch (error) {
        throw runtimeError(error, 'run', 'job-failed');
      }
    },
    release: () => session.release(),
  };
}

/** A tensor as ONNX Runtime takes it; shares the values. */
export const nativeTensor = ({ elementType, shape, values }: TensorValue): ort.Tensor =>
  new ort.Tensor(elementType as NumericType, values as never, shape);

/** A result of ONNX Runtime; shares the values. */
export const tensorValue = (tensor: ort.OnnxValue): TensorValue => {
  const { type, dims, data } = tensor as ort.Tensor;
  return { elementType: type, shape: dims, values: data as TensorValues };
};
