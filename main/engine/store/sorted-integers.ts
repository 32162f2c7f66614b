/** 32 bits in three digits. */
const digits = [
  { shift: 0, values: 2_048 },
  { shift: 11, values: 2_048 },
  { shift: 22, values: 1_024 },
] as const;
/** Below so many, the engine's own sort takes less than making the counts. */
const fewestForDigits = 2_000;

/** The values ascending, in an array of their own: radix sort by digits from the lowest (Knuth 1998, 5.2.5). */
export function sortedIntegers(values: Uint32Array): Uint32Array {
  if (values.length < fewestForDigits) return values.toSorted();
  let [from, to] = [values.slice(), new Uint32Array(values.length)];
  for (const { shift, values: digitValues } of digits) {
    const mask = digitValues - 1;
    const starts = new Uint32Array(digitValues);
    for (let index = 0; index < from.length; index += 1) starts[(from[index]! >>> shift) & mask]! += 1;
    // All alike in this digit: they are in its order.
    if (starts[(from[0]! >>> shift) & mask] === from.length) continue;
    let start = 0;
    for (let digit = 0; digit < digitValues; digit += 1) {
      const count = starts[digit]!;
      starts[digit] = start;
      start += count;
    }
    for (let index = 0; index < from.length; index += 1) {
      const value = from[index]!;
      const digit = (value >>> shift) & mask;
      to[starts[digit]!] = value;
      starts[digit]! += 1;
    }
    [from, to] = [to, from];
  }
  return from;
}
