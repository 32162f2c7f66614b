/** What people keep of the history: changes they know of, and the runs that series are held against. */
import { say } from '../../../shared/phrases/phrase.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Connection } from './database.ts';
import { seriesOfRun } from './history-series.ts';

/** What is known of a change. */
export interface ChangeMark {
  readonly acknowledged: boolean;
  readonly note: string;
}

export interface HistoryMarks {
  /** By the run that it was set on. */
  readonly marks: ReadonlyMap<number, ChangeMark>;
  /** Pinned runs by series. */
  readonly baselines: ReadonlyMap<string, number>;
}

/** All that was marked. */
export function readMarks(db: Connection): HistoryMarks {
  const marks = db
    .prepare<[], { runId: number; acknowledged: number; note: string }>(
      'SELECT run_id AS runId, acknowledged, note FROM history_marks',
    )
    .all();
  const baselines = db
    .prepare<[], { series: string; runId: number }>('SELECT series, run_id AS runId FROM history_baselines')
    .all();
  return {
    marks: new Map(marks.map(({ runId, acknowledged, note }) => [runId, { acknowledged: acknowledged === 1, note }])),
    baselines: new Map(baselines.map(({ series, runId }) => [series, runId])),
  };
}

/** A run is the nearest place to keep a change by: more runs may move the change a little. */
const movedBy = 2;

/** The mark of the change before the run at `index`: its own, or of a run at most two places off. */
export function markAt(
  runs: readonly { readonly id: number }[],
  index: number,
  marks: HistoryMarks['marks'],
): ChangeMark {
  for (let away = 0; away <= movedBy; away += 1)
    for (const place of [index - away, index + away]) {
      const mark = marks.get(runs[place]?.id ?? -1);
      if (mark !== undefined) return mark;
    }
  return { acknowledged: false, note: '' };
}

export interface HistoryMarking {
  /** Keeps what a person says of the change that begins with a run; throws `not-found`. */
  readonly markChange: (mark: { readonly runId: number } & Partial<ChangeMark>) => void;
  /** Holds the series of a run against it, or against nothing; throws `not-found`. */
  readonly pinBaseline: (pin: { readonly runId: number; readonly pinned: boolean }) => void;
}

export function createHistoryMarking(db: Connection): HistoryMarking {
  const exists = db.prepare<[number], number>('SELECT 1 FROM runs WHERE id = ?').pluck();
  const known = db.prepare<[number], { acknowledged: number; note: string }>(
    'SELECT acknowledged, note FROM history_marks WHERE run_id = ?',
  );
  const keep = db.prepare('INSERT OR REPLACE INTO history_marks (run_id, acknowledged, note) VALUES (?, ?, ?)');
  const pin = db.prepare('INSERT OR REPLACE INTO history_baselines (series, run_id) VALUES (?, ?)');
  const unpin = db.prepare('DELETE FROM history_baselines WHERE series = ?');
  const check = (runId: number): void => {
    if (exists.get(runId) === undefined) throw new CrivoError('not-found', say('noRunShown', { run: runId }));
  };
  return {
    markChange: db.transaction(({ runId, acknowledged, note }: { readonly runId: number } & Partial<ChangeMark>) => {
      check(runId);
      const before = known.get(runId) ?? { acknowledged: 0, note: '' };
      keep.run(runId, acknowledged === undefined ? before.acknowledged : Number(acknowledged), note ?? before.note);
    }).immediate,
    pinBaseline: db.transaction(({ runId, pinned }: { readonly runId: number; readonly pinned: boolean }) => {
      check(runId);
      const series = seriesOfRun(db, runId);
      if (pinned) pin.run(series, runId);
      else unpin.run(series);
    }).immediate,
  };
}
