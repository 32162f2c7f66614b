/**
 * Puts the verdicts to the test on a real model and this machine; takes hours, and goes on where it was stopped.
 *
 *   npm run trial -- --comparisons 200 --neighbour --coverage 200 --file trial.jsonl
 *
 * `--comparisons` blocks are measured in all (those in the file count); each gives one A/A and three A/B comparisons.
 * `--report` only prints the figures of the file.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrate, writeModels } from './calibrate.ts';
import type { AddedWork } from './calibrate.ts';
import { measureCoverage } from './coverage.ts';
import type { CoverageResult } from './coverage.ts';
import { blockFigures, coverageFigures } from './figures.ts';
import { measureBlock } from './measure-block.ts';
import type { BlockResult } from './measure-block.ts';
import { startNeighbour } from './neighbour.ts';

type Line =
  | { readonly kind: 'calibration'; readonly work: AddedWork; readonly batchSize: number }
  | ({ readonly kind: 'block' } & BlockResult)
  | ({ readonly kind: 'coverage' } & CoverageResult);

const { values } = parseArgs({
  options: {
    comparisons: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    batch: { type: 'string', default: '4' },
    coverage: { type: 'string', default: '0' },
    neighbour: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    file: { type: 'string', default: 'trial.jsonl' },
  },
});
const { neighbour, file } = values;
const batchSize = Number(values.batch);

const known = (): readonly Line[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line)
    : [];
const keep = (line: Line): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
const blocksOf = (lines: readonly Line[]): readonly BlockResult[] => lines.filter((line) => line.kind === 'block');

function report(): void {
  const lines = known();
  const coverage = lines.filter((line) => line.kind === 'coverage');
  const figures = [
    ...blockFigures(blocksOf(lines), false),
    ...blockFigures(blocksOf(lines), true),
    ...coverageFigures(coverage, blocksOf(lines)),
  ];
  console.log(figures.length === 0 ? `Nothing is measured yet in ${file}.` : figures.join('\n'));
}

async function measure(folder: string): Promise<void> {
  const calibrated = known().find((line) => line.kind === 'calibration' && line.batchSize === batchSize);
  const work = calibrated?.kind === 'calibration' ? calibrated.work : await calibrate(folder, batchSize);
  if (calibrated === undefined) keep({ kind: 'calibration', work, batchSize });
  const models = await writeModels(folder, work);
  const stopNeighbour = neighbour ? startNeighbour() : () => {};
  try {
    const wanted = Number(values.comparisons);
    for (;;) {
      const done = blocksOf(known()).filter((block) => block.neighbour === neighbour).length;
      if (done >= wanted) break;
      const block = { models, batchSize, rounds: Number(values.rounds), seed: done + 1, neighbour };
      keep({ kind: 'block', ...(await measureBlock(block)) });
      console.error(`block ${done + 1} of ${wanted}${neighbour ? ', with the neighbour' : ''}`);
    }
    const shortRuns = Number(values.coverage);
    if (shortRuns > 0) keep({ kind: 'coverage', ...(await measureCoverage(models.baseline, batchSize, shortRuns)) });
  } finally {
    stopNeighbour();
  }
}

if (!values.report) {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-trial-'));
  try {
    await measure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
report();
