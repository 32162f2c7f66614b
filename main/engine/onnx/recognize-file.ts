/** Tells people what a file is when it is not ONNX, from how it begins. */
import type { otherFormatPhrases } from '../../../shared/phrases/other-formats.ts';

type OtherFormat = keyof typeof otherFormatPhrases;

interface Signature {
  readonly bytes: string;
  readonly offset?: number;
  readonly what: OtherFormat;
}

const signatures: readonly Signature[] = [
  { bytes: 'version https://git-lfs', what: 'lfsPointer' },
  { bytes: '\x89PNG', what: 'pngImage' },
  { bytes: '\xff\xd8\xff', what: 'jpegImage' },
  { bytes: '%PDF', what: 'pdfDocument' },
  { bytes: 'GGUF', what: 'ggufModel' },
  { bytes: 'TFL3', offset: 4, what: 'tfliteModel' },
  { bytes: 'ORTM', offset: 4, what: 'ortModel' },
  { bytes: '\x89HDF', what: 'hdf5File' },
  { bytes: '\x93NUMPY', what: 'numpyArray' },
  { bytes: '\x80\x02', what: 'pickleFile' },
  { bytes: 'PK\x03\x04', what: 'zipArchive' },
  { bytes: '\x1f\x8b', what: 'gzipArchive' },
  { bytes: '<!DOCTYPE', what: 'webPage' },
  { bytes: '<html', what: 'webPage' },
  { bytes: '{', what: 'plainText' },
];

/** The phrase for what a file that begins like this is, or null where it may be ONNX. */
export function recognizeOtherFormat(bytes: Uint8Array): OtherFormat | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString('latin1');
  return signatures.find(({ bytes: wanted, offset = 0 }) => start.startsWith(wanted, offset))?.what ?? null;
}
