/** Why a file can't be read or written as an ONNX model. */
export const modelPhrases = {
  fileBecameShorter: 'The file became shorter while it was read; try again when nothing writes to it.',
  impossibleShape: 'Tensor "{tensor}" declares the impossible shape [{shape}].',
  bytesMismatch: 'Tensor "{label}" is damaged: {stored} bytes stored, {declared} declared; export the model again.',
  valuesMismatch: 'Tensor "{label}" is damaged: {stored} values stored, {declared} declared; export the model again.',
  unwritableFull: "{path} can't be written: the disk is full; free some space.",
  unwritableRefused: "{path} can't be written: the system refused ({code}).",
  beyondDataFile:
    '{model}: tensor "{label}" lies beyond the end of its data file "{file}" ({bytes} bytes); copy or download the file again.',
  dataFileUnnamed: '{model}: a tensor with external data names no file.',
  dataFileAbsolute:
    '{model}: its external data file "{file}" has an absolute path; external data must stand in the folder of the model.',
  dataFileOutside:
    '{model}: its external data file "{file}" points out of the folder of the model; move it beside the model.',
  dataFileMissing: '{model}: its external data file "{file}" is missing; put it beside the model.',
  dataFileLinksOut:
    '{model}: its external data file "{file}" is a link out of the folder of the model; put the file itself beside the model.',
  dataFileNoFile: '{model}: its external data file "{file}" is not a file; put the data file beside the model.',
  impossibleExtent: '{model}: tensor "{label}" has the impossible external {key} "{text}".',
  externalMismatch:
    '{model}: tensor "{label}" declares {declared} bytes and has {bytes} bytes of external data; export the model again.',
  externalOverlap: "The model's external data regions overlap: {declared} bytes declared in {bytes} bytes of files.",
  noFile: 'There is no file "{path}".',
  unreadable: "{path} can't be read ({why}).",
  notFile: '{path} is not a file; name an ONNX file.',
  fileTooLarge: '{path} is larger than an ONNX file can be (4 GiB); save the model with external data.',
  fileEmpty: '{label} is empty; export or download it again.',
  fileDamaged: '{label} is cut short or damaged: {why}; copy or download it again.',
  fileNotReadable: '{label} is not a readable ONNX file; export it again.',
  graphEmpty: '{label} holds a graph without operators and outputs; export the model again.',
  notOnnx: '{label} is not an ONNX model; name a file that was exported to ONNX.',
} as const;
