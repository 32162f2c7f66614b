import { fromBinary } from '@bufbuild/protobuf';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { alignRawData } from './align-raw-data.ts';
import { WireError, checkWire } from './check-wire.ts';
import type { ByteSource } from './check-wire.ts';
import { hideCompacted, restoreCompacted } from './compact-fields.ts';
import { findExternalData, loadExternalData } from './external-data.ts';
import type { PackedSegment } from './packed-fields.ts';
import { ModelProtoSchema } from './proto.ts';
import type { ModelProto } from './proto.ts';
import { readBytes } from './read-bytes.ts';
import { recognizeOtherFormat } from './recognize-file.ts';
import { checkTensor } from './tensor.ts';
import { tensorsOf } from './tensors-of.ts';

/** Protobuf lengths have 32 bits. */
const largestMessageBytes = 2 ** 32 - 1;

/**
 * Decodes an ONNX model; tensors' raw data are views on `bytes`. Long packed typed fields become raw data. Takes time
 * and memory in proportion to the bytes, whatever they hold. Raises `invalid-model`.
 */
export function decodeModel(bytes: Uint8Array, label = 'The model'): ModelProto {
  return decode(bytes, label, false);
}

/**
 * Reads a model file of any size; `load` (the default) brings external data into memory as raw data, `keep` only
 * checks that it is there. Every tensor's stored size fits its shape. Raises `invalid-model`, or `not-found`.
 */
export async function readModel(path: string, options: { externalData?: 'load' | 'keep' } = {}): Promise<ModelProto> {
  const bytes = await readWhole(path);
  const model = decode(bytes, path, true);
  alignRawData(model, bytes);
  const regions = await findExternalData(model, path);
  if (options.externalData !== 'keep') await loadExternalData(regions);
  for (const { tensor, label } of tensorsOf(model)) checkTensor(tensor, label);
  return model;
}

async function readWhole(path: string): Promise<Uint8Array> {
  const { handle, sizeBytes } = await openModelFile(path);
  try {
    return await readBytes(handle, 0, sizeBytes);
  } finally {
    await handle.close();
  }
}

/** Opens a file that may be a model. Raises `not-found`, or `invalid-model` where it can't be read or can't be one. */
export async function openModelFile(path: string): Promise<{ handle: FileHandle; sizeBytes: number }> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new CrivoError('not-found', say('noFile', { path }), { cause });
    throw new CrivoError('invalid-model', say('unreadable', { path, why: cause.code ?? cause.message }), { cause });
  });
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new CrivoError('invalid-model', say('notFile', { path }));
    if (status.size > largestMessageBytes) {
      throw new CrivoError('invalid-model', say('fileTooLarge', { path }));
    }
    return { handle, sizeBytes: status.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Decodes a model from a source that reads on demand: its raw data above `outlineBytes` is not asked for. Renames
 * packed fields in the source's bytes. Raises `invalid-model`.
 */
export function decodeOutline(source: ByteSource, label: string): ModelProto {
  if (source.bytes.byteLength > 0) source.ensure(0, Math.min(64, source.bytes.byteLength));
  checkStart(source.bytes, label);
  const segments = checkedWire(source, label);
  hideCompacted(source.bytes, segments);
  return decodeChecked(source.bytes, segments, label);
}

function decode(bytes: Uint8Array, label: string, mayChange: boolean): ModelProto {
  checkStart(bytes, label);
  const segments = checkedWire({ bytes, ensure: () => {} }, label);
  const own = segments.length === 0 || mayChange ? bytes : new Uint8Array(bytes);
  hideCompacted(own, segments);
  return decodeChecked(own, segments, label);
}

function checkStart(bytes: Uint8Array, label: string): void {
  if (bytes.byteLength === 0) throw new CrivoError('invalid-model', say('fileEmpty', { label }));
  const other = recognizeOtherFormat(bytes);
  if (other !== null) throw new CrivoError('invalid-model', say(other, { file: label }));
}

function checkedWire(source: ByteSource, label: string): readonly PackedSegment[] {
  try {
    return checkWire(source);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    if (cause.foreign) throw notOnnx(label, cause.message);
    throw new CrivoError('invalid-model', say('fileDamaged', { label, why: cause.message }), { cause });
  }
}

function decodeChecked(bytes: Uint8Array, segments: readonly PackedSegment[], label: string): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new CrivoError('invalid-model', say('fileNotReadable', { label }), { cause });
  }
  if (model.graph === undefined) throw notOnnx(label, 'no graph');
  if (model.irVersion <= 0n) throw notOnnx(label, 'no IR version');
  if (model.graph.node.length === 0 && model.graph.output.length === 0) {
    throw new CrivoError('invalid-model', say('graphEmpty', { label }));
  }
  if (segments.length > 0) for (const { tensor } of tensorsOf(model)) restoreCompacted(tensor);
  return model;
}

const notOnnx = (label: string, detail: string): CrivoError =>
  new CrivoError('invalid-model', say('notOnnx', { label }), { detail });
