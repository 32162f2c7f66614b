import { decompress } from './compression.ts';
import type { Connection } from './database.ts';

/** Reads the measurement of a run as the JSON text that is stored; null where nothing was measured. */
export function createDetailsReader(db: Connection): (runId: number) => string | null {
  const detailsOf = db.prepare<[number], { encoding: string; measurement: Buffer }>(
    'SELECT encoding, measurement FROM run_details WHERE run_id = ?',
  );
  return (runId) => {
    const details = detailsOf.get(runId);
    return details === undefined ? null : decompress(details.encoding, details.measurement).toString();
  };
}
