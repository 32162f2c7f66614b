/** How a variant differs from its parent: latency by turns, and closeness of the outputs. */
import type { MaybeEstimate } from '../../shared/measurement.ts';
import type { Feeds } from '../../main/engine/passes/pass.ts';
import type { Session } from '../../main/engine/ports.ts';

/** Latency over the original's with its 95% interval. */
export function latencyText(ratio: MaybeEstimate): string {
  return ratio.value === null ? '–' : `${ratio.value.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`;
}

/** 20·log10(‖x‖ / ‖x − y‖) over all outputs. */
export async function snrDb(parent: Session, variant: Session, feeds: readonly Feeds[]): Promise<number> {
  let signal = 0;
  let noise = 0;
  for (const feed of feeds) {
    const [expected, actual] = [await parent.run(feed), await variant.run(feed)];
    for (const [name, { values }] of Object.entries(expected)) {
      const others = actual[name]!.values;
      for (let at = 0; at < values.length; at += 1) {
        signal += Number(values[at]) ** 2;
        noise += (Number(values[at]) - Number(others[at])) ** 2;
      }
    }
  }
  return 10 * Math.log10(signal / noise);
}
