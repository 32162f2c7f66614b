-- What is true of the data folder itself (machine_id).
CREATE TABLE properties (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  sha256 TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  added_at_ms INTEGER NOT NULL,
  precision TEXT NOT NULL,
  parameter_count INTEGER NOT NULL,
  macs INTEGER,
  opset INTEGER NOT NULL,
  imported_from TEXT,
  parent_sha256 TEXT,
  recipe_name TEXT,
  recipe_hash TEXT,
  tags_json TEXT NOT NULL DEFAULT '[]',
  note TEXT NOT NULL DEFAULT '',
  removed_at_ms INTEGER,
  inspection_json TEXT NOT NULL,
  report_json TEXT
) STRICT;
CREATE UNIQUE INDEX models_by_name ON models (name) WHERE removed_at_ms IS NULL;
CREATE INDEX models_by_parent ON models (parent_sha256) WHERE parent_sha256 IS NOT NULL;

-- Which variant a recipe gave for a parent, so that it isn't made twice.
CREATE TABLE variants (
  parent_sha256 TEXT NOT NULL,
  recipe_hash TEXT NOT NULL,
  variant_sha256 TEXT NOT NULL REFERENCES models (sha256),
  PRIMARY KEY (parent_sha256, recipe_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE recipes (
  name TEXT NOT NULL PRIMARY KEY,
  recipe_json TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value_json TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE environments (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  environment_json TEXT NOT NULL
) STRICT;

CREATE TABLE sweeps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  -- 'draft' while its jobs are being written: nothing sees it.
  held TEXT NOT NULL CHECK (held IN ('draft', 'open', 'paused', 'cancelled')),
  position INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  rounds INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  starts_at_ms INTEGER,
  until_at_ms INTEGER,
  finished_at_ms INTEGER,
  removed_at_ms INTEGER,
  folder TEXT NOT NULL,
  yaml TEXT NOT NULL
) STRICT;
CREATE INDEX sweeps_by_position ON sweeps (position, id) WHERE finished_at_ms IS NULL;

-- A point of a matrix, once, whatever number of sweeps and rounds measured it.
CREATE TABLE cells (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  model_sha256 TEXT NOT NULL,
  recipe_hash TEXT,
  provider TEXT NOT NULL,
  batch_size INTEGER NOT NULL,
  cell_json TEXT NOT NULL
) STRICT;
CREATE INDEX cells_by_model ON cells (model_sha256, recipe_hash, provider, batch_size);

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sweep_id INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
  cell_id INTEGER NOT NULL REFERENCES cells (id),
  round INTEGER NOT NULL,
  position INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'skipped', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0,
  estimate_ms INTEGER NOT NULL,
  started_at_ms INTEGER,
  reason TEXT,
  UNIQUE (sweep_id, cell_id, round)
) STRICT;
CREATE INDEX jobs_by_position ON jobs (sweep_id, position);
CREATE INDEX jobs_waiting ON jobs (sweep_id, position) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';

CREATE TABLE job_logs (
  job_id INTEGER NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

-- Jobs and their estimated time by state, kept by the triggers below, so that a queue of many sweeps is read at once.
CREATE TABLE sweep_counts (
  sweep_id INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  jobs INTEGER NOT NULL,
  estimate_ms INTEGER NOT NULL,
  PRIMARY KEY (sweep_id, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER jobs_counted AFTER INSERT ON jobs BEGIN
  INSERT INTO sweep_counts (sweep_id, state, jobs, estimate_ms) VALUES (new.sweep_id, new.state, 1, new.estimate_ms)
  ON CONFLICT DO UPDATE SET jobs = jobs + 1, estimate_ms = estimate_ms + excluded.estimate_ms;
END;

CREATE TRIGGER jobs_recounted AFTER UPDATE OF state ON jobs WHEN old.state <> new.state BEGIN
  UPDATE sweep_counts SET jobs = jobs - 1, estimate_ms = estimate_ms - old.estimate_ms WHERE sweep_id = old.sweep_id AND state = old.state;
  INSERT INTO sweep_counts (sweep_id, state, jobs, estimate_ms) VALUES (new.sweep_id, new.state, 1, new.estimate_ms)
  ON CONFLICT DO UPDATE SET jobs = jobs + 1, estimate_ms = estimate_ms + excluded.estimate_ms;
END;

-- A run's summary: everything that tables show, sort and filter by. What is long stands in run_details and samples.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL UNIQUE REFERENCES jobs (id),
  sweep_id INTEGER NOT NULL REFERENCES sweeps (id),
  cell_id INTEGER NOT NULL REFERENCES cells (id),
  environment_id INTEGER NOT NULL REFERENCES environments (id),
  round INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL,
  wall_ms REAL,
  status TEXT NOT NULL CHECK (status IN ('done', 'failed', 'skipped', 'rejected')),
  model TEXT NOT NULL,
  variant TEXT NOT NULL,
  precision TEXT NOT NULL,
  provider TEXT NOT NULL,
  batch_size INTEGER NOT NULL,
  threads INTEGER NOT NULL,
  p50_ms REAL,
  noisy INTEGER,
  steady INTEGER,
  accuracy_percent REAL,
  throughput_per_second REAL,
  graph_optimization TEXT NOT NULL,
  scenario TEXT NOT NULL,
  dataset TEXT,
  device TEXT NOT NULL,
  samples INTEGER,
  p50_low_ms REAL,
  p50_high_ms REAL,
  mean_ms REAL,
  p90_ms REAL,
  p95_ms REAL,
  p99_ms REAL,
  p999_ms REAL,
  min_ms REAL,
  max_ms REAL,
  variation_percent REAL,
  session_creation_ms REAL,
  cold_inference_ms REAL,
  warmup_ms REAL,
  measuring_ms REAL,
  harness_overhead_ms REAL,
  peak_rss_bytes INTEGER,
  size_bytes INTEGER NOT NULL,
  nodes_on_provider INTEGER,
  node_count INTEGER,
  accuracy_low_percent REAL,
  accuracy_high_percent REAL,
  snr_db REAL,
  parent_sha256 TEXT,
  reason TEXT,
  noise_causes_json TEXT,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
-- For estimates and for a sweep's runs. Tables filter and sort by anything: one pass over these narrow rows takes
-- 15-25 ms at 100,000 runs, less than any index but the exactly fitting one saves.
CREATE INDEX runs_by_cell ON runs (cell_id);
CREATE INDEX runs_by_sweep ON runs (sweep_id);

CREATE TABLE run_tags (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tags_by_tag ON run_tags (tag, run_id);

-- The whole measurement as compressed JSON; see compression.ts for `encoding`.
CREATE TABLE run_details (
  run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  encoding TEXT NOT NULL,
  measurement BLOB NOT NULL
) STRICT;

-- Every latency in ms, in order; how `data` is packed is in `encoding` (see sample-codec.ts).
CREATE TABLE run_samples (
  run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  sample_count INTEGER NOT NULL,
  encoding TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
