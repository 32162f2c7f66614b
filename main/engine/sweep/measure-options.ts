/** What a specification's `measure` means, and the limits of a cell that follow from it. */
import { measureProfiles } from '../../../shared/measurement.ts';
import type { MeasureOptions } from '../../../shared/measurement.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';

/** Opening a large model, the placement pass and the quality pass take their time outside measuring. */
const deadlineBaseMs = 300_000;

/** A profile by name, or `standard` with the given fields; a cap that was not given is never below its minimum. */
export function measureOptionsOf(measure: SweepSpecification['measure']): MeasureOptions {
  if (typeof measure === 'string') return measureProfiles[measure];
  const merged = { ...measureProfiles.standard, ...measure };
  return {
    ...merged,
    minDurationMs: Math.min(
      merged.minDurationMs,
      measure.minDurationMs ?? measure.maxDurationMs ?? merged.minDurationMs,
    ),
    maxDurationMs: measure.maxDurationMs ?? Math.max(merged.maxDurationMs, merged.minDurationMs),
    warmupMinMs: Math.min(merged.warmupMinMs, measure.warmupMinMs ?? measure.warmupMaxMs ?? merged.warmupMinMs),
    warmupMaxMs: measure.warmupMaxMs ?? Math.max(merged.warmupMaxMs, merged.warmupMinMs),
  };
}

/** When a cell is ended, ms after its start: as specified, else 5 min and three times all that warm-up and measuring may take. */
export function deadlineMsOf(specification: SweepSpecification, measure: MeasureOptions): number {
  if (specification.cellDeadlineSeconds !== undefined) return specification.cellDeadlineSeconds * 1000;
  return deadlineBaseMs + 3 * (measure.warmupMaxMs + measure.maxDurationMs);
}
