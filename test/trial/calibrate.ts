/** Finds how much added work makes a model 3%, 5% and 10% slower on this machine. */
import { readModel } from '../../main/engine/onnx/read-model.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, sourceRunner } from '../fixtures/cells.ts';
import { writeSlowedModel } from './slowed-model.ts';
import type { TrialCell } from './measure-block.ts';

/** Elements of added work by cell. */
export type AddedWork = Readonly<Record<TrialCell, number>>;

const probeElements = 100_000;
const calibrationRounds = 12;
const added = { '3%': 0.03, '5%': 0.05, '10%': 0.1 } as const;

/** Measures the model with hardly any and with much added work in turn; the work of the cells follows in proportion. */
export async function calibrate(folder: string, batchSize: number): Promise<AddedWork> {
  const [plain, heavy] = [await writeSlowedModel(folder, 1), await writeSlowedModel(folder, probeElements)];
  const runner = sourceRunner();
  const median = async (modelPath: string): Promise<number> => {
    const request = cellRequest({ batchSize, measure: measureProfiles.quick }, { modelPath });
    return (await runner.measure(request)).measurement.statistics.p50.value!;
  };
  const ratios: number[] = [];
  for (let round = 0; round < calibrationRounds; round += 1) {
    const [a, b] =
      round % 2 === 0
        ? [await median(plain), await median(heavy)]
        : [await median(heavy), await median(plain)].reverse();
    ratios.push(b! / a! - 1);
  }
  const sorted = ratios.sort((a, b) => a - b);
  const perElement = (sorted[calibrationRounds / 2 - 1]! + sorted[calibrationRounds / 2]!) / 2 / probeElements;
  if (!(perElement > 0)) throw new Error('The added work could not be told from noise; calibrate on a quieter machine');
  const elements = (share: number): number => Math.max(2, Math.round(share / perElement));
  return {
    ...{ baseline: 1, control: 1, same: 1 },
    ...{ '3%': elements(added['3%']), '5%': elements(added['5%']), '10%': elements(added['10%']) },
  };
}

/** Writes the models of all cells. */
export async function writeModels(folder: string, work: AddedWork): Promise<Readonly<Record<TrialCell, string>>> {
  const entries = await Promise.all(
    Object.entries(work).map(async ([cell, elements]) => [cell, await writeSlowedModel(folder, elements)] as const),
  );
  for (const [, path] of entries) await readModel(path);
  return Object.fromEntries(entries) as Record<TrialCell, string>;
}
