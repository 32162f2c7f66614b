/** What is wrong with the files that a dataset is imported from. */
export const sourcePhrases = {
  noTestData: 'There is no input_0.pb in what you named; check the path.',
  testInputsAlike:
    "The {count} inputs of {set} are not told apart by names; write each with the name of the model's input.",
  testInputVaries:
    'The input "{name}" of the test data has no axis of examples and different values; only one number can be given to all examples.',
  tensorTooLarge: '{file} is larger than 1 GB.',
  tensorUnreadable: "{file} can't be read: {why}",
  notTensor: 'it is not a tensor of ONNX',
  severalTables: 'There are {count} tables in what you named ({first}, {second} …); name one of them.',
  noFiles:
    'There is no file in what you named; give pictures, WAV files, .npy or .npz, CSV or JSON Lines, or ONNX test data (test_data_set_0/input_0.pb).',
  nothingUnderstood:
    'Nothing in what you named ({first} …) is understood; give pictures, WAV files, .npy or .npz, CSV or JSON Lines, or ONNX test data (test_data_set_0/input_0.pb).',
  alphabetNeeded: "Reading texts needs the model's alphabet: name a file with one symbol a line, as --alphabet.",
  alphabetUnreadable: "The alphabet {alphabet} can't be read ({code}); check the path.",
  alphabetEmpty: 'The alphabet {file} is empty; give one symbol a line.',
  tableUnreadable: "The table {table} can't be read: {why}.",
  lineNotJson: 'Line {line} of {table} is not a JSON object or list; mend that line.',
  thePreparation: 'the preparation',
  tableEmpty: 'The table {table} has no rows; give one that has.',
  noPictureDecoder:
    "Pictures can't be decoded on this machine: sharp could not be loaded; install Crivo again for this system.",
} as const;
