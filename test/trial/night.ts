/** What one night of the trial measured, and how it stands in the trial's file. */
import type { TurnRecord } from '../../shared/measurement.ts';
import { packSamples, unpackSamples } from '../../main/engine/store/sample-codec.ts';

/** The same model several times, as if they were others, and with 3%, 5% and 10% of work added. */
export const slowed = ['3%', '5%', '10%'] as const;
export type Slowed = (typeof slowed)[number];
/** A copy by its number from 0, or a slowed model. */
export type TrialCell = number | Slowed;

export const cellsOf = (copies: number): readonly TrialCell[] => [
  ...Array.from({ length: copies }, (_, copy) => copy),
  ...slowed,
];

/** One run. */
export interface TrialRun {
  readonly cell: TrialCell;
  readonly round: number;
  readonly samplesMs: Float64Array;
  readonly turns?: Pick<TurnRecord, 'block' | 'counts'> | undefined;
  readonly noisy: boolean;
  readonly causes?: readonly string[];
  /** That the run took for itself, ms: process, warm-up and all. */
  readonly wallMs: number;
}

export interface Night {
  readonly neighbour: boolean;
  readonly copies: number;
  readonly rounds: number;
  readonly seed: number;
  readonly runs: readonly TrialRun[];
}

/** A night as a line of JSON: with every sample, so that the verdicts can be drawn again from the file. */
export type NightLine = Omit<Night, 'runs'> & {
  readonly kind: 'night';
  readonly runs: readonly (Omit<TrialRun, 'samplesMs'> & { readonly encoding: string; readonly data: string })[];
};

export async function toLine({ runs, ...night }: Night): Promise<NightLine> {
  const packed = await Promise.all(
    runs.map(async ({ samplesMs, ...run }) => {
      const { encoding, data } = await packSamples(samplesMs);
      return { ...run, encoding, data: data.toString('base64') };
    }),
  );
  return { kind: 'night', ...night, runs: packed };
}

export function fromLine({ kind: _, runs, ...night }: NightLine): Night {
  return {
    ...night,
    runs: runs.map(({ encoding, data, ...run }) => ({
      ...run,
      samplesMs: unpackSamples({ encoding, data: Buffer.from(data, 'base64') }),
    })),
  };
}
