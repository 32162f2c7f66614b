-- A cell may run more than once in a round: the control cell does, and what was noisy is measured again. SQLite can't
-- change a table's constraint, so the table is made anew.
CREATE TABLE new_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sweep_id INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
  cell_id INTEGER NOT NULL REFERENCES cells (id),
  round INTEGER NOT NULL,
  role TEXT NOT NULL DEFAULT 'cell' CHECK (role IN ('cell', 'control')),
  -- How often it had been measured before.
  repeat INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'skipped', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0,
  estimate_ms INTEGER NOT NULL,
  started_at_ms INTEGER,
  reason TEXT,
  UNIQUE (sweep_id, cell_id, round, role, repeat)
) STRICT;
INSERT INTO new_jobs (id, sweep_id, cell_id, round, position, state, attempts, estimate_ms, started_at_ms, reason)
SELECT id, sweep_id, cell_id, round, position, state, attempts, estimate_ms, started_at_ms, reason FROM jobs;
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_by_position ON jobs (sweep_id, position);
CREATE INDEX jobs_waiting ON jobs (sweep_id, position) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';

CREATE TRIGGER jobs_counted AFTER INSERT ON jobs BEGIN
  INSERT INTO sweep_counts (sweep_id, state, jobs, estimate_ms) VALUES (new.sweep_id, new.state, 1, new.estimate_ms)
  ON CONFLICT DO UPDATE SET jobs = jobs + 1, estimate_ms = estimate_ms + excluded.estimate_ms;
END;

CREATE TRIGGER jobs_recounted AFTER UPDATE OF state ON jobs WHEN old.state <> new.state BEGIN
  UPDATE sweep_counts SET jobs = jobs - 1, estimate_ms = estimate_ms - old.estimate_ms WHERE sweep_id = old.sweep_id AND state = old.state;
  INSERT INTO sweep_counts (sweep_id, state, jobs, estimate_ms) VALUES (new.sweep_id, new.state, 1, new.estimate_ms)
  ON CONFLICT DO UPDATE SET jobs = jobs + 1, estimate_ms = estimate_ms + excluded.estimate_ms;
END;

ALTER TABLE runs ADD COLUMN role TEXT NOT NULL DEFAULT 'cell' CHECK (role IN ('cell', 'control'));
ALTER TABLE runs ADD COLUMN repeat INTEGER NOT NULL DEFAULT 0;
-- How often a noisy run is measured again.
ALTER TABLE sweeps ADD COLUMN remeasure INTEGER NOT NULL DEFAULT 0;
