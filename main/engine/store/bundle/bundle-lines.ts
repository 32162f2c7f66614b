/**
 * Runs as a file for another machine's history: `crivo results --bundle FILE`, `crivo import FILE`.
 *
 * A gzip of lines of JSON. The first names the format; then come environments, cells, sweeps and runs, each before what
 * refers to it; the last holds the SHA-256 of all before it. Blobs (measurement, samples) stand as they are stored, in
 * base64, so that a round trip loses nothing.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';

export const bundleFormat = 'crivo bundle 1';
/** Bundles beyond this are refused: they are read whole. */
const mostBytes = 2_000_000_000;

const scalar = z.union([z.string(), z.number(), z.null()]);
const runSchema = z.strictObject({
  columns: z.record(z.string().regex(/^[a-z0-9_]+$/), scalar),
  cell: z.string(),
  environment: z.string(),
  sweep: z.string(),
  tags: z.array(z.string().max(50)),
  details: z.strictObject({ encoding: z.string().max(32), data: z.base64() }).nullable(),
  samples: z.strictObject({ count: z.int().min(0), encoding: z.string().max(32), data: z.base64() }).nullable(),
});
const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('format'), format: z.literal(bundleFormat), crivo: z.string() }),
  z.strictObject({ kind: z.literal('environment'), hash: z.string(), json: z.string() }),
  z.strictObject({ kind: z.literal('cell'), key: z.string(), json: z.string() }),
  z.strictObject({
    kind: z.literal('sweep'),
    id: z.string(),
    name: z.string().max(200),
    seed: z.number(),
    rounds: z.number(),
    createdAtMs: z.number(),
    finishedAtMs: z.number().nullable(),
    yaml: z.string(),
  }),
  runSchema.extend({ kind: z.literal('run') }),
  z.strictObject({ kind: z.literal('end'), sha256: z.string() }),
]);
export type BundleLine = z.infer<typeof lineSchema>;

export const damaged = (file: string): CrivoError =>
  new CrivoError(
    'invalid-input',
    `${file} is damaged or was changed: its parts don't fit their checksums; write the bundle again.`,
  );
export const newer = (file: string): CrivoError =>
  new CrivoError('invalid-input', `${file} was written by a newer Crivo; update this one.`);

/** The lines of a bundle whose checksum fits. */
export function readLines(file: string): readonly BundleLine[] {
  let text: string;
  try {
    text = gunzipSync(readFileSync(file), { maxOutputLength: mostBytes }).toString('utf8');
  } catch (cause) {
    throw new CrivoError(
      'invalid-input',
      `${file} is no readable bundle; write one with "crivo results --bundle FILE".`,
      { cause },
    );
  }
  const endAt = text.lastIndexOf('\n', text.length - 2) + 1;
  const body = text.slice(0, endAt);
  try {
    const end = lineSchema.parse(JSON.parse(text.slice(endAt)));
    if (end.kind !== 'end' || createHash('sha256').update(body).digest('hex') !== end.sha256) throw damaged(file);
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));
    if (lines[0]?.kind !== 'format') throw damaged(file);
    return lines;
  } catch (cause) {
    if (cause instanceof CrivoError) throw cause;
    throw damaged(file);
  }
}
