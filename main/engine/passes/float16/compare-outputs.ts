import type { Feeds } from '../pass.ts';
import type { Session, TensorValue } from '../../ports.ts';

/** How two models' outputs differ on the same inputs. */
export interface OutputComparison {
  readonly examples: number;
  /** 20·log10(‖x‖ / ‖x − y‖) over all float outputs, dB; null where nothing differs or nothing was compared. */
  readonly snrDb: number | null;
  /** Outputs with a NaN or infinity where the original has none. */
  readonly brokenOutputs: readonly string[];
}

/** Runs both models on the feeds; `adapt` changes a feed for the second. */
export async function compareOutputs(
  original: Session,
  changed: Session,
  feeds: AsyncIterable<Feeds>,
  adapt: (value: TensorValue, input: Session['inputs'][number]) => TensorValue = (value) => value,
): Promise<OutputComparison> {
  const broken = new Set<string>();
  let signal = 0;
  let noise = 0;
  let examples = 0;
  for await (const feed of feeds) {
    const adapted = Object.fromEntries(
      changed.inputs.filter(({ name }) => name in feed).map((input) => [input.name, adapt(feed[input.name]!, input)]),
    );
    const expected = await original.run(feed);
    const actual = await changed.run(adapted);
    examples += 1;
    for (const [name, { elementType, values }] of Object.entries(expected)) {
      const other = actual[name];
      if (!elementType.startsWith('float') || other === undefined) continue;
      for (let index = 0; index < values.length; index += 1) {
        const x = Number(values[index]);
        const y = Number(other.values[index]);
        if (!Number.isFinite(x)) continue;
        if (!Number.isFinite(y)) broken.add(name);
        else {
          signal += x * x;
          noise += (x - y) ** 2;
        }
      }
    }
  }
  const snrDb = noise === 0 || signal === 0 ? null : 10 * Math.log10(signal / noise);
  return { examples, snrDb, brokenOutputs: [...broken] };
}
