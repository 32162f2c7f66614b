-- A cell's runs of one sweep, which comparisons look up by the hundred; for estimates it serves as the one of cells alone did.
CREATE INDEX runs_by_cell_and_sweep ON runs (cell_id, sweep_id);
DROP INDEX runs_by_cell;
