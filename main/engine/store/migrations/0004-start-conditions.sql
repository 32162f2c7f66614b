-- What must hold before a cell of the sweep is started (StartConditions), as JSON.
ALTER TABLE sweeps ADD COLUMN conditions_json TEXT NOT NULL DEFAULT '{}';
