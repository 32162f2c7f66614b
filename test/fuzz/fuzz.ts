/** `npm run fuzz [-- COUNT [SEED]]`: reads damaged models, 20,000 of a fresh seed unless told otherwise. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzzReader } from './fuzz-reader.ts';
import { mutant } from './mutate.ts';
import { specimens } from './specimens.ts';

const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed) || count < 1) {
  console.error('fuzz: COUNT and SEED are whole numbers, COUNT at least 1.');
  process.exit(2);
}
console.log(`${count} damaged models, seed ${seed}`);
const { read, refused, failures, longestMs, peakBytes } = await fuzzReader(seed, count);
console.log(
  `${read} read, ${refused} refused, longest ${Math.round(longestMs)} ms, peak ${Math.round(peakBytes / 2 ** 20)} MiB`,
);
const all = specimens();
for (const { index, reason } of failures) {
  const path = join(tmpdir(), `crivo-mutant-${seed}-${index}.onnx`);
  writeFileSync(path, mutant(all[index % all.length]!, seed + index));
  console.log(`\n${path}\n${reason}`);
}
process.exit(failures.length === 0 ? 0 : 1);
