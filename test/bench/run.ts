/** Runs the benchmarks (all, or those whose file name contains the argument) and prints each figure beside its target. */
import { readdirSync } from 'node:fs';
import type { BenchFigure } from './figure.ts';

const filter = process.argv[2] ?? '';
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts') && file.includes(filter))
  .sort();

let missed = 0;
for (const file of files) {
  console.log(`\n${file}`);
  const { default: bench } = (await import(`./${file}`)) as { default: () => Promise<readonly BenchFigure[]> };
  for (const figure of await bench()) {
    const met = figure.better === 'lower' ? figure.value <= figure.target : figure.value >= figure.target;
    if (!met) missed += 1;
    const sign = figure.better === 'lower' ? '≤' : '≥';
    const value = Number(figure.value.toPrecision(4));
    console.log(
      `  ${met ? 'met   ' : 'MISSED'}  ${figure.name}: ${value} ${figure.unit} (target ${sign} ${figure.target})${figure.note ? `  ${figure.note}` : ''}`,
    );
  }
}
console.log(`\n${missed === 0 ? 'All targets met' : `${missed} missed`}`);
