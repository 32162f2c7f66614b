import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What the reader made of a damaged model. */
export type Outcome =
  { readonly how: 'read' } | { readonly how: 'refused' } | { readonly how: 'failed'; readonly reason: string };

export interface FuzzReport {
  readonly read: number;
  /** With the reader's own error. */
  readonly refused: number;
  /** Bugs: another error, a crash, too much time or memory; `index` with the seed makes the file again. */
  readonly failures: readonly { readonly index: number; readonly reason: string }[];
  /** The longest reading, CPU time. */
  readonly longestMs: number;
  /** Of the process that reads, all readings. */
  readonly peakBytes: number;
}

type Line =
  | { readonly begin: number }
  | { readonly end: number; readonly outcome: Outcome; readonly cpuMs: number; readonly peakBytes: number };

/** A report while it grows. */
interface Tally {
  read: number;
  refused: number;
  failures: { index: number; reason: string }[];
  longestMs: number;
  peakBytes: number;
}

const mostCpuMs = 2_000;
const mostBytes = 512 * 2 ** 20;
/** A reading that takes so long by the clock hangs, however busy the machine is. */
const hangMs = 30_000;

/** Has damaged models read in child processes; a child that dies costs one reading, and the next takes over. */
export async function fuzzReader(seed: number, count: number): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), 'crivo-fuzz-'));
  const report: Tally = { read: 0, refused: 0, failures: [], longestMs: 0, peakBytes: 0 };
  try {
    for (let from = 0; from < count;) from = await readSome(seed, from, count, folder, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return report;
}

/** Reads on until the end or until the child dies; where to go on. */
async function readSome(seed: number, from: number, count: number, folder: string, report: Tally): Promise<number> {
  const program = join(import.meta.dirname, 'read-mutants.ts');
  const child = spawn(process.execPath, ['--expose-gc', program, ...[seed, from, count].map(String), folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)));
  const exited = new Promise<string>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  let begun: number | null = null;
  let next = from;
  let watchdog: NodeJS.Timeout | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    clearTimeout(watchdog);
    if ('begin' in line) {
      begun = line.begin;
      watchdog = setTimeout(() => child.kill('SIGKILL'), hangMs);
      continue;
    }
    begun = null;
    next = line.end + 1;
    take(report, line);
  }
  clearTimeout(watchdog);
  const exit = await exited;
  if (begun !== null) {
    report.failures.push({ index: begun, reason: `the process ended (${exit}) ${errors}` });
    return begun + 1;
  }
  if (next < count) throw new Error(`The reading process ended early (${exit}): ${errors}`);
  return next;
}

function take(report: Tally, { end: index, outcome, cpuMs, peakBytes }: Extract<Line, { end: number }>): void {
  if (outcome.how === 'read') report.read += 1;
  else if (outcome.how === 'refused') report.refused += 1;
  else report.failures.push({ index, reason: outcome.reason });
  if (cpuMs > mostCpuMs) report.failures.push({ index, reason: `it took ${Math.round(cpuMs)} ms of CPU time` });
  if (peakBytes > mostBytes && report.peakBytes <= mostBytes) {
    report.failures.push({ index, reason: `it took ${Math.round(peakBytes / 2 ** 20)} MiB of memory` });
  }
  report.longestMs = Math.max(report.longestMs, cpuMs);
  report.peakBytes = Math.max(report.peakBytes, peakBytes);
}
