-- Newest first is how results are shown before anyone sorts them otherwise: the first rows without a look at all the others.
CREATE INDEX runs_by_start ON runs (started_at_ms);
