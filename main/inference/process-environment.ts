/** The environment of processes that load ONNX Runtime, and a place of their own for what they write meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * ONNX Runtime's Linux and macOS builds report to Microsoft and leave a file in the temporary folder for each process:
 * nothing leaves this machine unasked, and no uploader runs beside what is measured.
 */
const withoutTelemetry = { ORT_DISABLE_TELEMETRY: '1' };

/** Of this process, with what is added. */
export const processEnvironment = (added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  ...withoutTelemetry,
  ...added,
});

/**
 * Does `work` with variables that name a fresh temporary folder inside `parent`, removed after: a process that is killed
 * can't tidy up. Named as work folders are, so that the next start removes it where this process is killed, too.
 */
export async function withTemporaryFolder<T>(
  parent: string | undefined,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (parent === undefined) return work({});
  // Made in a parent that is there: where a data folder's disk was taken away, nothing grows in its place.
  const folder = await mkdtemp(join(parent, `${process.pid}-cell-`));
  try {
    return await work({ TMPDIR: folder, TMP: folder, TEMP: folder });
  } finally {
    // What can't be removed now is removed at the next start.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}
