/**
 * Runs the benchmarks (all, or those whose file name contains the argument) and prints each figure beside its target, and
 * before and after each file how busy the machine was with other things.
 */
import { readdirSync } from 'node:fs';
import type { BenchFigure } from './figure.ts';
import { busyStretch, describeNoise, readNoise } from './machine-noise.ts';

const filter = process.argv[2] ?? '';
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts') && file.includes(filter))
  .sort();

if (files.length === 0) {
  console.error(`There is no bench named "${filter}"; name a part of a file in test/bench that ends with .bench.ts.`);
  process.exit(2);
}

let [missed, missedBusy] = [0, 0];
for (const file of files) {
  console.log(`\n${file}`);
  const before = readNoise();
  console.log(`  before: ${describeNoise(before)}`);
  const { default: bench } = (await import(`./${file}`)) as { default: () => Promise<readonly BenchFigure[]> };
  const figures = await bench();
  const after = readNoise();
  const busy = Math.max(before.stretch, after.stretch) > busyStretch;
  for (const figure of figures) {
    const met = figure.better === 'lower' ? figure.value <= figure.target : figure.value >= figure.target;
    if (!met) missed += 1;
    if (!met && busy) missedBusy += 1;
    const sign = figure.better === 'lower' ? '≤' : '≥';
    const value = Number(figure.value.toPrecision(4));
    console.log(
      `  ${met ? 'met   ' : 'MISSED'}  ${figure.name}: ${value} ${figure.unit} (target ${sign} ${figure.target})${figure.note ? `  ${figure.note}` : ''}`,
    );
  }
  console.log(`  after:  ${describeNoise(after)}`);
}
const onBusy = missedBusy === 0 ? '' : `, ${missedBusy} of them while the machine was busy with other things`;
console.log(`\n${missed === 0 ? 'All targets met' : `${missed} missed${onBusy}`}`);
