-- Where an imported sweep came from: the machine of its data folder and its number there. NULL for sweeps of this folder.
ALTER TABLE sweeps ADD COLUMN origin TEXT;
CREATE UNIQUE INDEX sweeps_by_origin ON sweeps (origin) WHERE origin IS NOT NULL;
