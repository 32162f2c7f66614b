-- What is measured again because it was noisy: counted apart for each sweep whenever the queue is told.
CREATE INDEX jobs_repeated ON jobs (sweep_id, state) WHERE repeat > 0;
