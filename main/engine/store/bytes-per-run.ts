import type { Connection } from './database.ts';

/** Rows, indexes and page remainders beside what a run's two blobs take; measured on 100,000 runs. */
const rowBytes = 1_000;

/** What a stored run takes on the disk, bytes: the mean of the newest thousand; null where there is none. */
export function bytesPerRun(db: Connection): number | null {
  const blobBytes = db
    .prepare<[], number | null>(
      `SELECT avg(coalesce(length(data), 0) + coalesce(length(measurement), 0))
       FROM (SELECT id FROM runs WHERE p50_ms IS NOT NULL ORDER BY id DESC LIMIT 1000) AS newest
       LEFT JOIN run_samples ON run_samples.run_id = newest.id LEFT JOIN run_details ON run_details.run_id = newest.id`,
    )
    .pluck()
    .get();
  return blobBytes === null || blobBytes === undefined ? null : blobBytes + rowBytes;
}
