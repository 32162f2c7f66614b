/**
 * A backup is a tar file that any tar can read: `crivo-backup.json` first, then `crivo.sqlite` and what the data folder keeps,
 * and `checksums.json` last, which holds the SHA-256 of every file between.
 */
import { z } from 'zod';

export const manifestName = 'crivo-backup.json';
export const checksumsName = 'checksums.json';
export const databaseName = 'crivo.sqlite';

/** Folders of a data folder whose files are kept for good. Everything else there is made again when it is missing. */
export const keptFolders = ['artifacts', 'datasets'] as const;

/** Rises when an older Crivo could not restore the file. */
export const backupFormat = 1;

export const manifestSchema = z.object({
  format: z.int().min(1),
  crivoVersion: z.string(),
  /** UTC, ISO 8601. */
  createdAt: z.string(),
  machineId: z.string(),
  files: z.int().min(1),
  /** Of all files, unpacked. */
  totalBytes: z.int().min(0),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

export const checksumsSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/** Manifest and checksums are read into memory: no more than this of them. */
export const mostDescriptionBytes = 64 * 2 ** 20;

/** Whether a backup may hold a file of this name: the database, or a plain relative path in a kept folder. */
export function isKeptPath(name: string): boolean {
  if (name === databaseName) return true;
  const [folder, ...rest] = name.split('/');
  return (
    keptFolders.some((kept) => kept === folder) &&
    rest.length > 0 &&
    rest.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part))
  );
}
