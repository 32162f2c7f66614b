import type { SweepPlan } from '../../../shared/sweep.ts';

/** Why cells can't run, each reason once, most cells first. */
export function skippedReasons(
  plan: SweepPlan,
): readonly { readonly reason: string; readonly cure: string; readonly count: number }[] {
  const reasons = new Map<string, { reason: string; cure: string; count: number }>();
  for (const { skipped } of plan.cells) {
    if (skipped === null) continue;
    const known = reasons.get(skipped.reason);
    if (known === undefined) reasons.set(skipped.reason, { ...skipped, count: 1 });
    else known.count += 1;
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
}
