CREATE TABLE datasets (
  sha256 TEXT NOT NULL PRIMARY KEY,
  -- Never given twice, removed ones included: runs name their dataset.
  name TEXT NOT NULL UNIQUE,
  added_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER,
  manifest_json TEXT NOT NULL
) STRICT;

-- What a run answered on each example; how `data` is packed is in `encoding` (see answer-codec.ts).
CREATE TABLE run_answers (
  run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  -- Answers on equal ones can be compared example by example.
  dataset_sha256 TEXT NOT NULL,
  encoding TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
