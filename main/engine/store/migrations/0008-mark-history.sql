-- What people say of changes in the history, by the first run after the change.
CREATE TABLE history_marks (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  acknowledged INTEGER NOT NULL CHECK (acknowledged IN (0, 1)),
  note TEXT NOT NULL
) STRICT;
-- The run that a series of a machine is held against; the series' id tells both.
CREATE TABLE history_baselines (
  series TEXT PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX history_baselines_by_run ON history_baselines (run_id);
