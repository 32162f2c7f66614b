/** What is wrong with a NumPy file. */
export const arrayPhrases = {
  npyTypeUnknown: 'The file {file} holds elements of type {type}, which is not supported; save it as float32.',
  npyOneNumber: 'The file {file} holds a single number; give its examples along the first axis.',
  npyOtherSize: 'The file {file} declares the shape [{shape}] but holds {bytes} bytes; save it again.',
  notNpy: 'The file {file} is not a NumPy .npy file; save it with numpy.save.',
  npyHeaderTooLong: 'The file {file} has a header that is too long; save it with numpy.save.',
  npyHeaderUnknown:
    'The file {file} has a header that is not understood (records and objects are not supported); save a plain array.',
  npyByColumns: 'The file {file} is stored column by column; save it with numpy.ascontiguousarray.',
  arrayCutShort: 'The file {file} ends too early; copy it again.',
  npzEmpty: 'The file {file} holds no arrays.',
  notNpz: 'The file {file} is not an .npz (a zip of arrays).',
  npzEndsEarly: 'The file {file} ends too early.',
  npzDamaged: 'The file {file} is damaged.',
  npzTooMany: 'The file {file} holds too many files.',
  npzCompression: 'The file {file} is compressed in a way that is not understood; save it with numpy.savez.',
  npzTooLarge:
    'The arrays of {file} take {needed} unpacked, more than the {free} that the disk of the data folder has left; free some space.',
  npzDamagedIn: 'The file {file} is damaged in "{entry}".',
  arrayMissing: "The file {path} doesn't exist; import the dataset again.",
  arrayUnopened: "The file {path} can't be opened ({code}); import the dataset again.",
} as const;
