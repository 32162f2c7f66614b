/** Where a file stops being an ONNX model. */
export const damagePhrases = {
  atByte: '{what} (at byte {byte})',
  nestsTooDeep: 'it nests more than {most} messages',
  fieldImpossible: 'field {number} in {message}',
  fieldOfOtherWire: 'field "{field}" of {message} has wire type {wire} in place of {wanted}',
  fieldPacked: 'field "{field}" of {message} is packed',
  fieldCutShort: 'its field "{name}" declares {bytes} bytes and only {there} are there',
  wireUnknown: '{name} has the wire type {wire}',
  endsInside: 'it ends inside {name}',
  endsInsideNumber: 'it ends inside a number',
  numberEndless: 'a number in it never ends',
  tooManyParts: 'it declares more than {most} parts in {bytes} bytes',
  tooManyLoose: 'it stores too many numbers one by one; save its tensors as raw_data',
} as const;
