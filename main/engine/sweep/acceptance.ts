/** Whether a measured variant is good enough for its sweep. */
import type { QualityMetric } from '../../../shared/measurement.ts';
import { say } from '../../../shared/phrases/phrase.ts';
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
    if (snrDb === undefined) return say('snrUnknown');
    // Not `<`: a NaN is no signal.
    if (!(snrDb >= accept.minSnrDb)) return say('snrTooLow', { snr: snrDb.toFixed(1), limit: accept.minSnrDb });
  }
  if (accept.maxDrop === undefined) return null;
  const [judged, parent] = [primaryMetric(quality), primaryMetric(quality, 'parent_')];
  if (judged === null || parent?.name !== judged.name) return say('accuracyUnknown');
  const drop = parent.value - judged.value;
  if (drop <= accept.maxDrop + 1e-9) return null;
  return say('accuracyTooLow', {
    ...{ metric: judged.name, value: `${judged.value.toFixed(2)}%` },
    ...{ drop: drop.toFixed(2), limit: accept.maxDrop },
  });
}
