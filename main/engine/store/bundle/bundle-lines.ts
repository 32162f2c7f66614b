/**
 * Runs as a file for another machine's history: `crivo results --bundle FILE`, `crivo import FILE`.
 *
 * A gzip of lines of JSON. The first names the format; then come environments, cells, sweeps and runs, each before what
 * refers to it; the last holds the SHA-256 of all before it. Blobs (measurement, samples) stand as they are stored, in
 * base64, so that a round trip loses nothing.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export const bundleFormat = 'crivo bundle 1';
/** No line of a bundle is longer: a million samples take some 10 MB. */
const mostLineBytes = 100_000_000;

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

export const damaged = (file: string): CrivoError => new CrivoError('invalid-input', say('bundleChanged', { file }));
export const newer = (file: string): CrivoError => new CrivoError('invalid-input', say('bundleNewer', { file }));

/**
 * The lines of a bundle as they come from the file. What stands in them is sure only once the last has come: then the
 * checksum has fitted. Rejects with `invalid-input`.
 */
export async function* readLines(file: string): AsyncGenerator<BundleLine> {
  const hash = createHash('sha256');
  let last: Buffer | null = null;
  let isFirst = true;
  for await (const line of splitLines(file)) {
    if (last !== null) {
      hash.update(last);
      const parsed = parseLine(last, file);
      if ((parsed.kind === 'format') !== isFirst || parsed.kind === 'end') throw damaged(file);
      isFirst = false;
      yield parsed;
    }
    last = line;
  }
  const end = last === null ? null : parseLine(last, file);
  if (isFirst || end?.kind !== 'end' || hash.digest('hex') !== end.sha256) throw damaged(file);
}

function parseLine(line: Buffer, file: string): BundleLine {
  try {
    return lineSchema.parse(JSON.parse(line.toString('utf8')));
  } catch {
    throw damaged(file);
  }
}

const newline = 0x0a;

/** Lines with their ends. */
async function* splitLines(file: string): AsyncGenerator<Buffer> {
  const content = new PassThrough();
  // Failures reach the reader through the stream that it reads.
  pipeline(createReadStream(file), createGunzip(), content).catch(() => {});
  let [parts, length]: [Buffer[], number] = [[], 0];
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        yield Buffer.concat([...parts, chunk.subarray(from, end + 1)]);
        [parts, length, from] = [[], 0, end + 1];
      }
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > mostLineBytes) throw damaged(file);
    }
  } catch (cause) {
    if (cause instanceof CrivoError) throw cause;
    throw unreadable(file, cause);
  }
  if (length > 0) throw damaged(file);
}

const unreadable = (file: string, cause: unknown): CrivoError =>
  new CrivoError('invalid-input', say('bundleUnreadable', { file }), {
    cause,
  });
