import type {
  Cell,
  JobRow,
  JobState,
  RunRole,
  StartConditions,
  SweepState,
  SweepSummary,
} from '../../../shared/sweep.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './database.ts';

interface SweepRecord {
  readonly id: number;
  readonly name: string;
  readonly held: 'open' | 'paused' | 'cancelled';
  readonly position: number;
  readonly seed: number;
  readonly created_at_ms: number;
  readonly starts_at_ms: number | null;
  readonly until_at_ms: number | null;
  readonly finished_at_ms: number | null;
  readonly conditions_json: string;
  readonly folder: string;
  readonly yaml: string;
  /** State → [jobs, estimated ms], as JSON. */
  readonly counts_json: string;
  /** State → jobs that repeat a noisy one, as JSON. */
  readonly remeasured_json: string;
}
interface StoredSweep {
  readonly summary: SweepSummary;
  readonly yaml: string;
  readonly folder: string;
  readonly seed: number;
}

/** Reads sweeps with their counts; drafts and removed ones are never seen. */
export function createSweepReader(db: Connection, clock: Clock) {
  const select = (yaml: string, condition: string): string =>
    `SELECT id, name, held, position, seed, created_at_ms, starts_at_ms, until_at_ms, finished_at_ms, conditions_json, folder, ${yaml} AS yaml,
       (SELECT json_group_object(state, json_array(jobs, estimate_ms)) FROM sweep_counts WHERE sweep_id = sweeps.id) AS counts_json,
       (SELECT json_group_object(state, jobs) FROM (
         SELECT state, count(*) AS jobs FROM jobs INDEXED BY jobs_repeated WHERE sweep_id = sweeps.id AND repeat > 0 GROUP BY state
       )) AS remeasured_json
     FROM sweeps WHERE held <> 'draft' AND removed_at_ms IS NULL ${condition}`;
  const all = db.prepare<[], SweepRecord>(select("''", 'ORDER BY id DESC'));
  const one = db.prepare<[number], SweepRecord>(select('yaml', 'AND id = ?'));
  return {
    all: (): readonly SweepSummary[] => {
      const now = clock.now();
      return all.all().map((record) => toSummary(record, now));
    },
    one: (id: number): StoredSweep | null => {
      const record = one.get(id);
      if (record === undefined) return null;
      return { summary: toSummary(record, clock.now()), yaml: record.yaml, folder: record.folder, seed: record.seed };
    },
  };
}

const isoOrNull = (epochMs: number | null): string | null =>
  epochMs === null ? null : new Date(epochMs).toISOString();

function toSummary(record: SweepRecord, now: number): SweepSummary {
  const byState = JSON.parse(record.counts_json) as Partial<Record<JobState, [jobs: number, estimateMs: number]>>;
  const jobs = (state: JobState): number => byState[state]?.[0] ?? 0;
  const counts = {
    waiting: jobs('waiting'),
    running: jobs('running'),
    done: jobs('done'),
    failed: jobs('failed'),
    skipped: jobs('skipped'),
    cancelled: jobs('cancelled'),
  };
  return {
    id: record.id,
    name: record.name,
    state: stateOf(record, counts, now),
    createdAt: new Date(record.created_at_ms).toISOString(),
    startsAt: isoOrNull(record.starts_at_ms),
    untilAt: isoOrNull(record.until_at_ms),
    finishedAt: isoOrNull(record.finished_at_ms),
    conditions: JSON.parse(record.conditions_json) as StartConditions,
    position: record.position,
    counts,
    remeasured: JSON.parse(record.remeasured_json) as SweepSummary['remeasured'],
    remainingMs: (byState.waiting?.[1] ?? 0) + (byState.running?.[1] ?? 0),
  };
}

function stateOf(record: SweepRecord, counts: SweepSummary['counts'], now: number): SweepState {
  if (record.held === 'cancelled') return 'cancelled';
  if (counts.running > 0) return 'running';
  if (counts.waiting === 0) return 'done';
  // What is left when its time is over waits for a person.
  if (record.held === 'paused' || (record.until_at_ms !== null && record.until_at_ms <= now)) return 'paused';
  return record.starts_at_ms !== null && record.starts_at_ms > now ? 'scheduled' : 'waiting';
}

interface JobRecord {
  readonly id: number;
  readonly sweep_id: number;
  readonly round: number;
  readonly role: RunRole;
  readonly repeat: number;
  readonly position: number;
  readonly state: JobState;
  readonly cell_json: string;
  readonly reason: string | null;
  readonly run_id: number | null;
  readonly attempts: number;
  readonly started_at_ms: number | null;
  readonly estimate_ms: number;
}

/** Further ones of a large round wait for a block of their own. */
const mostBeside = 200;

/** Reads jobs with their cells. */
export function createJobReader(db: Connection) {
  const select = (condition: string): string =>
    `SELECT jobs.id, jobs.sweep_id, jobs.round, jobs.role, jobs.repeat, jobs.position, jobs.state, cells.cell_json, jobs.reason,
       (SELECT id FROM runs WHERE job_id = jobs.id) AS run_id, jobs.attempts, jobs.started_at_ms, jobs.estimate_ms
     FROM jobs JOIN cells ON cells.id = jobs.cell_id WHERE ${condition}`;
  const page = db.prepare<[number, number, number], JobRecord>(
    select('jobs.sweep_id = ? ORDER BY jobs.position LIMIT ? OFFSET ?'),
  );
  const one = db.prepare<[number], JobRecord>(select('jobs.id = ?'));
  const waiting = db.prepare<[number, number, number, number], JobRecord>(
    select(
      "jobs.sweep_id = ? AND jobs.state = 'waiting' AND jobs.round = ? AND jobs.repeat = ? ORDER BY jobs.position LIMIT ?",
    ),
  );
  const running = db.prepare<[], JobRecord>(select("jobs.state = 'running' ORDER BY jobs.started_at_ms DESC LIMIT 1"));
  const orNull = (record: JobRecord | undefined): JobRow | null => (record === undefined ? null : toJob(record));
  return {
    page: (sweepId: number, offset: number, limit: number): readonly JobRow[] =>
      page.all(sweepId, limit, offset).map(toJob),
    /** The next jobs of its round that wait, in order; those that measure again what was noisy stay among themselves. */
    waitingBeside: ({ sweepId, round, repeat }: JobRow): readonly JobRow[] =>
      waiting.all(sweepId, round, repeat, mostBeside).map(toJob),
    one: (jobId: number): JobRow | null => orNull(one.get(jobId)),
    running: (): JobRow | null => orNull(running.get()),
  };
}

function toJob(record: JobRecord): JobRow {
  return {
    id: record.id,
    sweepId: record.sweep_id,
    round: record.round,
    role: record.role,
    repeat: record.repeat,
    position: record.position,
    state: record.state,
    cell: JSON.parse(record.cell_json) as Cell,
    reason: record.reason,
    runId: record.run_id,
    attempts: record.attempts,
    startedAt: isoOrNull(record.started_at_ms),
    estimateMs: record.estimate_ms,
  };
}
