/** Rows that wait until there are enough of them for one write. */

export interface RowBuffer {
  /** Takes a row's bytes; those of a large one must not change before they are written. */
  readonly add: (row: Uint8Array) => void;
  readonly byteLength: () => number;
  /** All that waits, in its order, as few pieces; after it the buffer is empty. */
  readonly take: () => Uint8Array[];
}

const blockBytes = 256 * 2 ** 10;
/** A smaller row is copied beside others: an array of its own would take several times the memory of a label. */
const smallBytes = 16 * 2 ** 10;

export function createRowBuffer(): RowBuffer {
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  let block = new Uint8Array(0);
  /** Where in the block the rows begin that are in no piece yet, and where they end. */
  let [from, to] = [0, 0];
  const seal = (): void => {
    if (to > from) pieces.push(block.subarray(from, to));
    from = to;
  };
  return {
    add: (row) => {
      waiting += row.byteLength;
      if (row.byteLength >= smallBytes) {
        seal();
        pieces.push(row);
        return;
      }
      if (to + row.byteLength > block.byteLength) {
        seal();
        block = new Uint8Array(blockBytes);
        [from, to] = [0, 0];
      }
      block.set(row, to);
      to += row.byteLength;
    },
    byteLength: () => waiting,
    take: () => {
      seal();
      const taken = pieces;
      pieces = [];
      waiting = 0;
      return taken;
    },
  };
}
