import type { otherFormatPhrases as english } from '../../../../shared/phrases/other-formats.ts';
import type { Translations } from '../../engine-phrases.ts';

export const otherFormatPhrases: Pick<Translations, keyof typeof english> = {
  lfsPointer: ({ file }) =>
    `${file} é um ponteiro do Git LFS, não o próprio modelo; execute \`git lfs pull\` e adicione-o de novo.`,
  pngImage: ({ file }) => `${file} é uma imagem PNG, não um modelo ONNX.`,
  jpegImage: ({ file }) => `${file} é uma imagem JPEG, não um modelo ONNX.`,
  pdfDocument: ({ file }) => `${file} é um documento PDF, não um modelo ONNX.`,
  ggufModel: ({ file }) => `${file} é um modelo GGUF; exporte-o antes para ONNX.`,
  tfliteModel: ({ file }) => `${file} é um modelo TensorFlow Lite; converta-o antes para ONNX.`,
  ortModel: ({ file }) => `${file} é um modelo no formato ORT; adicione o arquivo ONNX de que foi criado.`,
  hdf5File: ({ file }) => `${file} é um arquivo HDF5 (Keras); converta-o antes para ONNX.`,
  numpyArray: ({ file }) => `${file} é um array do NumPy, não um modelo ONNX.`,
  pickleFile: ({ file }) => `${file} é um pickle do Python (PyTorch); exporte-o antes para ONNX.`,
  zipArchive: ({ file }) =>
    `${file} é um arquivo ZIP (PyTorch e Keras salvam assim); descompacte-o ou exporte antes o modelo para ONNX.`,
  gzipArchive: ({ file }) => `${file} é um arquivo gzip; descompacte-o antes.`,
  webPage: ({ file }) => `${file} é uma página da web, não um modelo ONNX; baixe-o de novo.`,
  plainText: ({ file }) => `${file} é texto, não um modelo ONNX.`,
};
