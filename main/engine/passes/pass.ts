/** What an optimization pass is: an immutable graph and options in, a new graph and a report out. */
import type { z } from 'zod';
import type { PassDescription, PassReport } from '../../../shared/recipe.ts';
import type { Graph } from '../graph/graph.ts';
import type { OpenSession, TensorValue } from '../ports.ts';

/** Input name → tensor, for one `session.run`. */
export type Feeds = Readonly<Record<string, TensorValue>>;

/** Real inputs for the graph at hand, read from a dataset as they are needed. */
export interface CalibrationSource {
  /** Name of the dataset, for messages. */
  readonly name: string;
  /** Examples it holds. */
  readonly count: number;
  /** SHA-256 of the data files and of how they are scaled. */
  readonly sha256: string;
  /**
   * Feeds in the order of the file, restartable: each call reads from the start and holds one batch in memory.
   * `batchSize` (default 1) is what is asked for; a model with a fixed batch gets that instead, and the examples that don't
   * fill a batch of it are left out. Raises `invalid-dataset` where a value is NaN or infinite.
   */
  readonly feeds: (options?: { readonly batchSize?: number; readonly limit?: number }) => AsyncIterable<Feeds>;
}

export interface PassContext {
  readonly openSession: OpenSession;
  /** Fits the graph that the pass is given; null where no dataset was chosen. */
  readonly calibration: CalibrationSource | null;
  /** ISA extensions of this CPU (`avx2`, `avx512_vnni`). */
  readonly isa: readonly string[];
  /** A folder for temporary files, removed after the recipe. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** How long parent and variant are timed by turns at least, ms; 300 where left out. */
  readonly timingMs?: number;
  /** Fraction 0–1 of this pass (null = can't be told) and what is being done. */
  readonly progress: (fraction: number | null, message: string) => void;
}

/** What a pass tells; the frame adds its name, the sizes and the time. */
export type PassFindings = Pick<PassReport, 'summary' | 'nodes' | 'warnings' | 'figures'>;

export interface PassOutcome {
  readonly graph: Graph;
  readonly report: PassFindings;
}

export interface Pass<Schema extends z.ZodObject = z.ZodObject> {
  /** Kebab-case verb phrase, as a recipe names it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly family: PassDescription['family'];
  /** Raised whenever the same options give other bytes; part of the recipe's hash. */
  readonly version: number;
  /** Refused without a dataset. */
  readonly needsCalibrationData: boolean;
  /** Whether data, where given, decides the bytes; `needsCalibrationData` where left out. Else the data isn't part of the hash. */
  readonly dataDecidesBytes?: boolean;
  /** A strict object; each field carries `.describe()` and a default. */
  readonly options: Schema;
  /** Replaces choices left to the machine (`auto`) by what they mean on this CPU, so that the hash tells them apart. */
  resolveForCpu?(options: z.output<Schema>, isa: readonly string[]): z.output<Schema>;
  /** Raises `CrivoError`; leaves the graph it was given as it was. */
  apply(graph: Graph, options: z.output<Schema>, context: PassContext): Promise<PassOutcome>;
}

/** Gives the pass its type: options as its schema says. */
export const definePass = <Schema extends z.ZodObject>(pass: Pass<Schema>): Pass<Schema> => pass;
