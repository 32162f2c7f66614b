/** Whether a measured variant is good enough for its sweep. */
import type { QualityMetric } from '../../../shared/measurement.ts';
import { primaryMetric } from '../../../shared/primary-metric.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';

/** Why the sweep's `accept` rejects a variant, one sentence with figures, or null. A figure that is missing rejects, too: what wasn't shown to be good isn't. */
export function rejectionOf(
  accept: NonNullable<SweepSpecification['accept']>,
  quality: readonly QualityMetric[],
): string | null {
  const valueOf = (name: string): number | undefined => quality.find((metric) => metric.name === name)?.value;
  const snrDb = valueOf('snr_db');
  if (accept.minSnrDb !== undefined) {
    if (snrDb === undefined)
      return 'Its outputs could not be compared with those of its parent, which accept.minSnrDb asks for.';
    // Not `<`: a NaN is no signal.
    if (!(snrDb >= accept.minSnrDb))
      return `Its outputs keep ${snrDb.toFixed(1)} dB of its parent's, below the ${accept.minSnrDb} dB that the sweep accepts.`;
  }
  if (accept.maxDrop === undefined) return null;
  const [judged, parent] = [primaryMetric(quality), primaryMetric(quality, 'parent_')];
  if (judged === null || parent?.name !== judged.name)
    return 'Its accuracy could not be compared with that of its parent, which accept.maxDrop asks for.';
  const drop = parent.value - judged.value;
  if (drop <= accept.maxDrop + 1e-9) return null;
  return `Its ${judged.name} of ${judged.value.toFixed(2)}% is ${drop.toFixed(2)} points worse than its parent's, more than the ${accept.maxDrop} that the sweep accepts.`;
}
