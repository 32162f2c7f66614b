/**
 * A simulated night, with a fault every 20 runs; takes a quarter of an hour.
 *
 *   npm run night            1,200 runs: 200 in which the program and the machine are killed, 1,000 that one program lives through
 *   npm run night -- 240     that many in all
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPart } from '../../fixtures/build-part.ts';
import { locateProgram } from '../../../main/hosts/paths.ts';
import type * as Night from './simulate-night.ts';

const rounds = Math.ceil(Number(process.argv[2] ?? 1_200) / 12);
const folder = mkdtempSync(join(tmpdir(), 'crivo-night-'));
const life = await buildPart('test/faults/night/life.ts');
const night = await buildPart('test/faults/night/simulate-night.ts');
try {
  const { simulateNight } = (await import(night.path)) as typeof Night;
  const report = await simulateNight({
    ...{ folder, lifePath: life.path, program: locateProgram(), rounds, faultEvery: 20, runsWithDeaths: rounds * 2 },
    say: (line) => console.error(line),
  });
  const { runs, faults, growth, durationMs, ...rest } = report;
  const struck = Object.values(faults).reduce((sum, count) => sum + count, 0);
  console.log(`${runs} runs in ${(durationMs / 60_000).toFixed(1)} min, ${struck} faults`, faults, rest);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(
    `over ${growth.runs} runs of one program: resident memory ${megabytes(growth.rssBytes)} MB, heap ${megabytes(growth.heapBytes)} MB more`,
  );
  const { lost, duplicated, forgotten, findings, orphanProcesses, temporaryFiles } = report;
  const sound =
    lost + duplicated + forgotten + findings.length + orphanProcesses + temporaryFiles.length === 0 &&
    growth.rssBytes < 20e6;
  console.log(sound ? 'nothing lost, nothing twice, nothing left' : 'NOT SOUND');
  process.exitCode = sound ? 0 : 1;
} finally {
  await Promise.all([life.remove(), night.remove()]);
  rmSync(folder, { recursive: true, force: true });
}
