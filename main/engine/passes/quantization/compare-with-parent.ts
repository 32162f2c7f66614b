import type { MaybeEstimate } from '../../../../shared/measurement.ts';
import type { Graph } from '../../graph/graph.ts';
import { encodeModel } from '../../onnx/write-model.ts';
import type { Session, TensorValue } from '../../ports.ts';
import type { CalibrationSource, Feeds, PassContext } from '../pass.ts';
import { speedWarnings } from '../speed-warnings.ts';
import { ratioOfTimes, timeByTurns } from '../time-by-turns.ts';
import type { TurnLimits } from '../time-by-turns.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface Effect {
  /** `snr_db` (output of the variant beside its parent's; higher is closer), `latency_ratio` (variant / parent), or nothing where it can't be told. */
  readonly figures: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** Enough examples to see a gross error, few enough not to matter beside calibration. */
const exampleLimit = 8;
/** Quick models need more rounds to be told apart than fit into the time, slow ones fewer. */
export const turnsFor = ({ timingMs = 300, signal }: Pick<PassContext, 'timingMs' | 'signal'>): TurnLimits => ({
  ...{ leastRounds: 11, mostRounds: 300, durationMs: timingMs, signal },
});
/** Outputs are another model's below this: PP-OCR reads other text, classifiers change their mind. */
const poorSnrDb = 10;

/** Runs parent and variant on the same few examples, by turns, and warns where the variant is slower or far off. */
export async function compareWithParent(
  parent: Graph,
  variant: Graph,
  context: Pick<PassContext, 'openSession' | 'signal' | 'timingMs'> & {
    readonly calibration: CalibrationSource | null;
  },
): Promise<Effect> {
  if (context.calibration === null) return { figures: {}, warnings: [] };
  const before = await context.openSession(encodeModel(parent.model), { threads: 1 });
  try {
    const after = await context.openSession(encodeModel(variant.model), { threads: 1 });
    try {
      return await compareSessions(before, after, context.calibration, context);
    } finally {
      await after.release();
    }
  } finally {
    await before.release();
  }
}

async function compareSessions(
  before: Session,
  after: Session,
  calibration: CalibrationSource,
  context: Pick<PassContext, 'signal' | 'timingMs'>,
): Promise<Effect> {
  let signalPower = 0;
  let noisePower = 0;
  const examples: Feeds[] = [];
  for await (const feeds of calibration.feeds({ batchSize: 1, limit: exampleLimit })) {
    if (context.signal.aborted) break;
    const expected = await before.run(feeds);
    const power = powers(expected, await after.run(feeds));
    signalPower += power.signal;
    noisePower += power.noise;
    examples.push(feeds);
  }
  const [parentMs = [], variantMs = []] = await timeByTurns(
    [before, after].map((session) => ({ session, feeds: examples })),
    turnsFor(context),
  );
  const ratio = ratioOfTimes(variantMs, parentMs);
  const snrDb = noisePower === 0 ? Infinity : 10 * Math.log10(signalPower / noisePower);
  return {
    figures: {
      ...(Number.isFinite(snrDb) ? { snr_db: Number(snrDb.toFixed(1)) } : {}),
      ...(ratio.value === null ? {} : { latency_ratio: Number(ratio.value.toFixed(2)) }),
    },
    warnings: effectWarnings(ratio, snrDb),
  };
}

/** What a latency ratio (variant / parent) and a signal-to-noise ratio (dB; NaN where outputs are no numbers) have a person warned of. */
export function effectWarnings(ratio: MaybeEstimate, snrDb: number): string[] {
  const warnings = speedWarnings(ratio, say('gainsNothing'));
  if (snrDb < poorSnrDb) {
    warnings.push(say('outputsFarOff', { snr: snrDb.toFixed(1) }));
  }
  if (Number.isNaN(snrDb)) {
    warnings.push(say('outputsNotFinite'));
  }
  return warnings;
}

/** Power of the expected float outputs and of what the others differ by. */
function powers(
  expected: Readonly<Record<string, TensorValue>>,
  actual: Readonly<Record<string, TensorValue>>,
): { readonly signal: number; readonly noise: number } {
  let signal = 0;
  let noise = 0;
  for (const [name, { elementType, values }] of Object.entries(expected)) {
    const others = actual[name]?.values;
    if (elementType !== 'float32' || others === undefined || others.length !== values.length) continue;
    for (let index = 0; index < values.length; index += 1) {
      const value = Number(values[index]);
      signal += value ** 2;
      noise += (value - Number(others[index])) ** 2;
    }
  }
  return { signal, noise };
}
