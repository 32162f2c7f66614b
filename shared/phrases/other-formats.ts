/** What a file is that is no ONNX model. */
export const otherFormatPhrases = {
  lfsPointer: '{file} is a Git LFS pointer, not the model itself; run `git lfs pull` and add it again.',
  pngImage: '{file} is a PNG image, not an ONNX model.',
  jpegImage: '{file} is a JPEG image, not an ONNX model.',
  pdfDocument: '{file} is a PDF document, not an ONNX model.',
  ggufModel: '{file} is a GGUF model; export it to ONNX first.',
  tfliteModel: '{file} is a TensorFlow Lite model; convert it to ONNX first.',
  ortModel: '{file} is a model in ORT format; add the ONNX file that it was made from.',
  hdf5File: '{file} is an HDF5 file (Keras); convert it to ONNX first.',
  numpyArray: '{file} is a NumPy array, not an ONNX model.',
  pickleFile: '{file} is a Python pickle (PyTorch); export it to ONNX first.',
  zipArchive:
    '{file} is a ZIP archive (PyTorch and Keras save such files); unpack it or export the model to ONNX first.',
  gzipArchive: '{file} is a gzip archive; unpack it first.',
  webPage: '{file} is a web page, not an ONNX model; download it again.',
  plainText: '{file} is text, not an ONNX model.',
} as const;
