import { expect, test } from 'vitest';
import { locateProgram } from '../../../main/hosts/paths.ts';
import { buildPart } from '../../fixtures/build-part.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { simulateNight } from './simulate-night.ts';

test.runIf(process.platform === 'linux')(
  'a short night with a fault every four runs holds each cell of each round once, sound, and leaves nothing behind',
  async () => {
    const life = await buildPart('test/faults/night/life.ts');
    const report = await simulateNight({
      ...{
        folder: temporaryFolder(),
        lifePath: life.path,
        program: locateProgram(),
        rounds: 3,
        faultEvery: 4,
        runsWithDeaths: 15,
      },
    });
    await life.remove();
    expect(report).toMatchObject({
      ...{ runs: 36, lost: 0, duplicated: 0, forgotten: 0, findings: [], orphanProcesses: 0, temporaryFiles: [] },
    });
    const { faults, lives, failures, statuses } = report;
    expect(faults).toMatchObject({ 'program killed': 1, 'machine killed': 1, 'disk full': 1 });
    expect(failures).toEqual([expect.stringMatching(/^The disk of the data folder .* is full/)]);
    expect(lives).toBe(4);
    // A killed cell is a failed run; everything else was measured.
    expect(statuses).toEqual({ done: 36 - (faults['cell killed'] ?? 0), failed: faults['cell killed'] });
  },
  180_000,
);
