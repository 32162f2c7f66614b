/** Whether the interval of a short run's median holds the median of a long one, in one process. */
import { latencyStatistics } from '../../main/engine/measure/statistics.ts';
import { orderedFromSamples, quantile } from '../../main/engine/measure/ordered-values.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, sourceRunner } from '../fixtures/cells.ts';

export interface CoverageResult {
  readonly shortRuns: number;
  /** Share whose interval holds the long-run median. */
  readonly covered: number;
  /** The same of intervals that take neighbours for independent. */
  readonly coveredIfIndependent: number;
  readonly samplesEach: number;
}

export const shortRunMs = 500;

/** Measures one long run and cuts it into short ones. */
export async function measureCoverage(
  modelPath: string,
  batchSize: number,
  shortRuns: number,
): Promise<CoverageResult> {
  const durationMs = shortRuns * shortRunMs;
  const measure = { ...measureProfiles.quick, minDurationMs: durationMs, maxDurationMs: durationMs };
  const request = cellRequest({ batchSize, measure, deadlineMs: durationMs + 60_000 }, { modelPath });
  const { samplesMs } = await sourceRunner().measure(request);
  return coverageOf(samplesMs, shortRuns);
}

/** Cuts samples in order into runs of equal count. */
export function coverageOf(samplesMs: Float64Array, shortRuns: number): CoverageResult {
  const median = quantile(orderedFromSamples(samplesMs), 0.5);
  const samplesEach = Math.floor(samplesMs.length / shortRuns);
  let [covered, independent] = [0, 0];
  for (let run = 0; run < shortRuns; run += 1) {
    const samples = samplesMs.slice(run * samplesEach, (run + 1) * samplesEach);
    if (holds(latencyStatistics(samples).p50, median)) covered += 1;
    // Shuffled samples have no neighbours: the interval is that of independent ones.
    const strided = Float64Array.from(samples, (_, index) => samples[(index * stride(samplesEach)) % samplesEach]!);
    if (holds(latencyStatistics(strided).p50, median)) independent += 1;
  }
  return { shortRuns, covered: covered / shortRuns, coveredIfIndependent: independent / shortRuns, samplesEach };
}

function holds(estimate: ReturnType<typeof latencyStatistics>['p50'], value: number): boolean {
  return estimate.value !== null && estimate.low <= value && value <= estimate.high;
}

/** A step that visits every place once and no neighbours in turn: about the golden section, without a common divisor. */
function stride(count: number): number {
  let step = Math.max(1, Math.round(count * 0.618));
  while (greatestCommonDivisor(step, count) !== 1) step += 1;
  return step;
}
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
