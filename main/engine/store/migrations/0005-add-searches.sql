-- Searches for the best variant, by the hash of what was asked: what they found out so far, so that an interrupted one goes on.
CREATE TABLE searches (
  order_hash TEXT NOT NULL PRIMARY KEY,
  model_sha256 TEXT NOT NULL,
  state_json TEXT NOT NULL
) STRICT;
