/** Finds how much added work makes a model 3%, 5% and 10% slower on this machine. */
import { orderedFromSamples, quantile } from '../../main/engine/measure/ordered-values.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, sourceRunner } from '../fixtures/cells.ts';
import type { TrialModels } from './measure-night.ts';
import type { Slowed } from './night.ts';
import { writeSlowedModel } from './slowed-model.ts';

/** Elements of added work. */
export type AddedWork = Readonly<Record<Slowed, number>>;

const probeElements = 100_000;
const calibrationRounds = 10;

/** Measures the model with hardly any and with much added work in turn; the work of the cells follows in proportion. */
export async function calibrate(folder: string, batchSize: number): Promise<AddedWork> {
  const [plain, heavy] = [await writeSlowedModel(folder, 1), await writeSlowedModel(folder, probeElements)];
  const runner = sourceRunner();
  const median = async (modelPath: string): Promise<number> => {
    const request = cellRequest({ batchSize, measure: measureProfiles.quick }, { modelPath });
    return (await runner.measure(request)).measurement.statistics.p50.value!;
  };
  const measured = { plain: [] as number[], heavy: [] as number[] };
  for (let round = 0; round < calibrationRounds; round += 1) {
    const turns = [['plain', plain] as const, ['heavy', heavy] as const];
    for (const [name, path] of round % 2 === 0 ? turns : turns.reverse()) measured[name].push(await median(path));
  }
  // What disturbs a run makes it slower: the quicker ones tell what the work takes.
  const usual = (values: readonly number[]): number => quantile(orderedFromSamples(Float64Array.from(values)), 0.25);
  const perElement = (usual(measured.heavy) / usual(measured.plain) - 1) / probeElements;
  if (!(perElement > 0)) throw new Error('The added work could not be told from noise; calibrate on a quieter machine');
  const elements = (share: number): number => Math.max(2, Math.round(share / perElement));
  return { '3%': elements(0.03), '5%': elements(0.05), '10%': elements(0.1) };
}

/** Writes the models of all cells; that of the copies has the same nodes with one element of work. */
export async function writeModels(folder: string, work: AddedWork): Promise<TrialModels> {
  return {
    copy: await writeSlowedModel(folder, 1),
    '3%': await writeSlowedModel(folder, work['3%']),
    '5%': await writeSlowedModel(folder, work['5%']),
    '10%': await writeSlowedModel(folder, work['10%']),
  };
}
