/** Tells people what a file is when it is not ONNX, from how it begins. */

interface Signature {
  readonly bytes: string;
  readonly offset?: number;
  readonly what: string;
}

const signatures: readonly Signature[] = [
  {
    bytes: 'version https://git-lfs',
    what: 'a Git LFS pointer, not the model itself; run `git lfs pull` and add it again',
  },
  { bytes: '\x89PNG', what: 'a PNG image, not an ONNX model' },
  { bytes: '\xff\xd8\xff', what: 'a JPEG image, not an ONNX model' },
  { bytes: '%PDF', what: 'a PDF document, not an ONNX model' },
  { bytes: 'GGUF', what: 'a GGUF model; export it to ONNX first' },
  { bytes: 'TFL3', offset: 4, what: 'a TensorFlow Lite model; convert it to ONNX first' },
  { bytes: 'ORTM', offset: 4, what: 'a model in ORT format; add the ONNX file that it was made from' },
  { bytes: '\x89HDF', what: 'an HDF5 file (Keras); convert it to ONNX first' },
  { bytes: '\x93NUMPY', what: 'a NumPy array, not an ONNX model' },
  { bytes: '\x80\x02', what: 'a Python pickle (PyTorch); export it to ONNX first' },
  {
    bytes: 'PK\x03\x04',
    what: 'a ZIP archive (PyTorch and Keras save such files); unpack it or export the model to ONNX first',
  },
  { bytes: '\x1f\x8b', what: 'a gzip archive; unpack it first' },
  { bytes: '<!DOCTYPE', what: 'a web page, not an ONNX model; download it again' },
  { bytes: '<html', what: 'a web page, not an ONNX model; download it again' },
  { bytes: '{', what: 'text, not an ONNX model' },
];

/** What a file that begins like this is, as the end of a sentence (`a PNG image, …`), or null where it may be ONNX. */
export function recognizeOtherFormat(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString('latin1');
  return signatures.find(({ bytes: wanted, offset = 0 }) => start.startsWith(wanted, offset))?.what ?? null;
}
