-- A cache: what was computed of a model and its data, by a hash of all that decides it.
CREATE TABLE analyses (
  key TEXT PRIMARY KEY,
  analysis_json TEXT NOT NULL
) STRICT;
