/** How a node was quantized. */
export const quantizedNodePhrases = {
  weightsPerChannel: 'weights per channel (axis {axis})',
  weightsWithOneScale: 'weights with one scale',
  doneByRounding: 'done by the rounding of its input, whose range ends where it cuts',
  worksOnIntegers: 'works on integers',
  movesIntegers: 'moves integers, with the scale of its input',
  operatorPerColumn: '{operator}, weights {type} per column',
  operatorPerChannel: '{operator}, weights {type} per channel',
  operatorWithOneScale: '{operator}, weights {type} with one scale',
  operatorPerGate: '{operator}, weights {type} per gate unit',
  operatorPerDirection: '{operator}, weights {type} with one scale a direction',
  looksUp: 'looks up {type} values with one scale',
  productInBlocks: 'MatMulNBits, {columns} columns of {rows} weights in blocks of {size}',
  lookupInBlocks: 'GatherBlockQuantized, rows of {width} in blocks of {size}',
} as const;
