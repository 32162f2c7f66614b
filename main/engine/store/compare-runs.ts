/** Compares cells of stored sweeps by their runs. */
import type {
  CellComparison,
  ComparedCell,
  ComparedStatistic,
  Comparison,
  ComparisonTable,
  NoiseFloor,
} from '../../../shared/comparison.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Measurement, TurnRecord } from '../../../shared/measurement.ts';
import type { Cell, RunRole, RunRow } from '../../../shared/sweep.ts';
import { meanLog } from '../measure/compare/bootstrap-rounds.ts';
import { valueOverRounds } from '../measure/compare/cell-value.ts';
import { obstaclesBetween } from '../measure/compare/obstacles.ts';
import type { Measured } from '../measure/compare/obstacles.ts';
import { compareRounds, fewestRounds, roundsToFind } from '../measure/compare/compare-rounds.ts';
import { holm } from '../measure/compare/many-comparisons.ts';
import { noiseFloorOf } from '../measure/compare/noise-floor.ts';
import { fewestOf, roundValue } from '../measure/compare/round-value.ts';
import type { RoundValue } from '../measure/compare/round-value.ts';
import { superiority } from '../measure/compare/superiority.ts';
import type { Connection } from './database.ts';
import { createDetailsReader } from './run-details.ts';
import { createRunRow } from './run-query.ts';
import { unpackInBothOrders } from './sample-codec.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface CompareRequest {
  /** Each run stands for its cell in its sweep. */
  readonly pairs: readonly { readonly candidate: number; readonly baseline: number }[];
  readonly statistic: ComparedStatistic;
}

/** Whether the differences of one table may be called differences, each against the noise floor of its night. */
export function compareRuns(db: Connection, { pairs, statistic }: CompareRequest): ComparisonTable {
  const cells = createCellReader(db, statistic);
  const floors = new Map<number, NoiseFloor>();
  const floorOf = (sweepId: number): NoiseFloor => {
    const known = floors.get(sweepId) ?? noiseFloorOf(controlOf(cells, sweepId));
    floors.set(sweepId, known);
    return known;
  };
  const results = pairs.map(({ candidate, baseline }) => {
    const [left, right] = [cells.of(candidate), cells.of(baseline)];
    return { left, right, outcome: compareCells(left, right, statistic, floorOf) };
  });
  const compared = results.flatMap(({ outcome }) => (outcome.kind === 'compared' ? [outcome] : []));
  const rejected = holm(compared.map(({ pValue }) => pValue));
  const holds = new Set(compared.filter((_, index) => rejected[index]));
  return {
    statistic,
    comparisons: results.map(({ left, right, outcome }) => ({
      candidate: left.shown,
      baseline: right.shown,
      outcome:
        outcome.kind === 'compared' && !holds.has(outcome) ? { ...outcome, verdict: 'no difference found' } : outcome,
    })),
    noiseFloors: Object.fromEntries(floors),
  };
}

/** A cell in a sweep with one run of each round. */
interface LoadedCell {
  readonly shown: ComparedCell;
  readonly sweepId: number;
  readonly values: readonly RoundValue[];
  /** Some samples of each round. */
  readonly thinned: ReadonlyMap<number, Float64Array>;
  readonly measured: readonly Measured[];
}

function compareCells(
  candidate: LoadedCell,
  baseline: LoadedCell,
  statistic: ComparedStatistic,
  floorOf: (sweepId: number) => NoiseFloor,
): CellComparison['outcome'] {
  const obstacles = obstaclesBetween(candidate.measured, baseline.measured);
  const paired = candidate.sweepId === baseline.sweepId;
  const noiseFloor = Math.max(floorOf(candidate.sweepId).value, floorOf(baseline.sweepId).value);
  const comparison = compareRounds(candidate.values, baseline.values, { paired, noiseFloor });
  if (comparison === null) {
    const rounds = ({ values, shown }: LoadedCell): string =>
      say('samplesFew', { found: values.length, all: shown.runIds.length, least: fewestOf(statistic) });
    const left = rounds(candidate);
    const field = paired
      ? say('roundsInCommon', { least: fewestRounds })
      : say('roundsAtLeast', { least: fewestRounds });
    obstacles.push({ field, left, right: rounds(baseline) });
  }
  if (comparison === null || obstacles.length > 0) return { kind: 'not comparable', obstacles };
  return {
    kind: 'compared',
    ...comparison,
    superiority: statistic === 'throughput' ? null : meanSuperiority(candidate, baseline),
    roundsForTwoPercent: roundsToFind(comparison, 0.02),
  };
}

function meanSuperiority(candidate: LoadedCell, baseline: LoadedCell): number | null {
  const shares = [...candidate.thinned].flatMap(([round, samples]) => {
    const other = baseline.thinned.get(round);
    return other === undefined ? [] : [superiority(samples, other)];
  });
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

interface CellReader {
  /** The cell of a run in its sweep, in the run's own role. Throws `not-found`. */
  readonly of: (runId: number) => LoadedCell;
  /** First runs of each control of a sweep. */
  readonly controls: (sweepId: number) => readonly number[];
  /** A run of the same cell that is no control. */
  readonly partnerOf: (controlRunId: number) => number | null;
}

/** The second measurements of a sweep's control over its first; null where there is none with three rounds. */
function controlOf(cells: CellReader, sweepId: number): Comparison | null {
  for (const runId of cells.controls(sweepId)) {
    const partner = cells.partnerOf(runId);
    if (partner === null) continue;
    return compareRounds(cells.of(runId).values, cells.of(partner).values);
  }
  return null;
}

interface RunFacts {
  readonly id: number;
  readonly sweepId: number;
  readonly cellId: number;
  readonly role: RunRole;
}
interface RoundFacts {
  readonly id: number;
  readonly round: number;
  readonly noisy: number | null;
  readonly wallMs: number | null;
  readonly environmentJson: string;
  readonly cellJson: string;
  readonly encoding: string | null;
  readonly data: Buffer | null;
}

function createCellReader(db: Connection, statistic: ComparedStatistic): CellReader {
  const factsOf = db.prepare<[number], RunFacts>(
    'SELECT id, sweep_id AS sweepId, cell_id AS cellId, role FROM runs WHERE id = ?',
  );
  // A quiet repeat comes before the noisy run that it repeats, and else the latest.
  const roundsOf = db.prepare<[number, number, RunRole], RoundFacts>(
    `SELECT runs.id, round, noisy, wall_ms AS wallMs, environment_json AS environmentJson, cell_json AS cellJson, encoding, data
     FROM runs INDEXED BY runs_by_cell_and_sweep JOIN environments ON environments.id = environment_id
       JOIN cells ON cells.id = cell_id LEFT JOIN run_samples ON run_id = runs.id
     WHERE sweep_id = ? AND cell_id = ? AND role = ? AND status IN ('done', 'rejected')
     ORDER BY round, noisy, repeat DESC`,
  );
  const controls = db
    .prepare<[number], number>("SELECT min(id) FROM runs WHERE sweep_id = ? AND role = 'control' GROUP BY cell_id")
    .pluck();
  const partner = db
    .prepare<[number], number>(
      `SELECT other.id FROM runs JOIN runs AS other ON other.sweep_id = runs.sweep_id AND other.cell_id = runs.cell_id
       WHERE runs.id = ? AND other.role = 'cell' LIMIT 1`,
    )
    .pluck();
  const measurementJson = createDetailsReader(db);
  const turnsOf = (id: number): TurnRecord | undefined =>
    (JSON.parse(measurementJson(id) ?? '{}') as Partial<Measurement>).turns;
  const rowOf = createRunRow(db);
  const loaded = new Map<string, Omit<LoadedCell, 'shown'> & { readonly shown: Omit<ComparedCell, 'run'> }>();
  return {
    controls: (sweepId) => controls.all(sweepId),
    partnerOf: (id) => partner.get(id) ?? null,
    of: (runId) => {
      const facts = factsOf.get(runId);
      const run: RunRow | null = facts === undefined ? null : rowOf(runId, undefined);
      if (facts === undefined || run === null) {
        throw new CrivoError('not-found', say('noRunShown', { run: runId }));
      }
      const key = `${facts.sweepId} ${facts.cellId} ${facts.role}`;
      const cell =
        loaded.get(key) ?? loadCell(roundsOf.all(facts.sweepId, facts.cellId, facts.role), facts, statistic, turnsOf);
      loaded.set(key, cell);
      return { ...cell, shown: { ...cell.shown, run } };
    },
  };
}

/** Samples of a round that the effect size looks at. */
const thinnedTo = 500;

function loadCell(
  rows: readonly RoundFacts[],
  { sweepId }: RunFacts,
  statistic: ComparedStatistic,
  turnsOf: (runId: number) => TurnRecord | undefined,
): Omit<LoadedCell, 'shown'> & { readonly shown: Omit<ComparedCell, 'run'> } {
  const rounds = [...new Map(rows.toReversed().map((row) => [row.round, row])).values()].toReversed();
  const values: RoundValue[] = [];
  const thinned = new Map<number, Float64Array>();
  const cell = rounds[0] === undefined ? null : (JSON.parse(rounds[0].cellJson) as Cell);
  const byTurns = cell?.conditions?.turns === true;
  for (const { id, round, encoding, data } of rounds) {
    if (encoding === null || data === null) continue;
    const { samplesMs, sortedMs } = unpackInBothOrders({ encoding, data });
    const turns = byTurns ? turnsOf(id) : undefined;
    const value = roundValue({ round, samplesMs, sortedMs, turns }, statistic);
    if (value !== null) values.push(value);
    const step = Math.max(1, Math.ceil(samplesMs.length / thinnedTo));
    const kept = Math.ceil(samplesMs.length / step);
    thinned.set(round, Float64Array.from({ length: kept }, (_, index) => samplesMs[index * step]!).sort());
  }
  const distinct = new Map(
    rounds.map(({ environmentJson, cellJson }) => [environmentJson + cellJson, { environmentJson, cellJson }]),
  );
  const walls = rounds.flatMap(({ wallMs }) => (wallMs === null ? [] : [wallMs]));
  const batchSize = cell?.batchSize ?? 1;
  const asShown = (latencyMs: number): number =>
    statistic === 'throughput' ? (1000 * batchSize) / latencyMs : latencyMs;
  const over = valueOverRounds(values);
  const ends = over === null ? null : [asShown(over.low), asShown(over.high)].sort((a, b) => a - b);
  return {
    ...{ sweepId, values, thinned },
    measured: [...distinct.values()].map(
      ({ environmentJson, cellJson }) =>
        ({ environment: JSON.parse(environmentJson), cell: JSON.parse(cellJson) }) as Measured,
    ),
    shown: {
      runIds: rounds.map(({ id }) => id),
      noisyRounds: rounds.filter(({ noisy }) => noisy === 1).length,
      value: values.length === 0 ? null : asShown(Math.exp(meanLog(values))),
      interval: ends === null ? null : { low: ends[0]!, high: ends[1]! },
      roundMs: walls.length === 0 ? null : walls.reduce((sum, wall) => sum + wall, 0) / walls.length,
    },
  };
}
