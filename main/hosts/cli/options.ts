/** What is written after options: numbers, times of day, files that results go to. */
import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { RunQuery } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { Workbench } from '../workbench.ts';
import type { Terminal } from './terminal.ts';

/** Parser of an option's or argument's whole number; raises `invalid-input`. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new CrivoError(
      'invalid-input',
      `${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`,
    );
  };
}

/** The next moment after `from` that a clock on the wall shows `HH:MM`, or the moment of an ISO 8601 time; raises `invalid-input`. */
export function nextMoment(option: string, text: string, from: Date): Date {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (clock !== null) {
    const moment = new Date(from);
    moment.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (moment <= from) moment.setDate(moment.getDate() + 1);
    return moment;
  }
  const moment = new Date(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? text : Number.NaN);
  if (Number.isNaN(moment.getTime()))
    throw new CrivoError(
      'invalid-input',
      `${option} takes a time of day such as 01:00, or a moment such as 2030-01-31T01:00, not ${JSON.stringify(text)}.`,
    );
  if (moment <= from) throw new CrivoError('invalid-input', `${option} ${text} is past; give a moment to come.`);
  return moment;
}

/** Where runs go beside the table; `-` is stdout, then instead of the table. */
export interface ExportOptions {
  readonly csv?: string;
  readonly json?: string;
}

export const toStdout = ({ csv, json }: ExportOptions): boolean => csv === '-' || json === '-';

/** Raises before hours are spent where the files could not be written in the end. */
export function checkTargets({ csv, json }: ExportOptions): void {
  if (csv === '-' && json === '-')
    throw new CrivoError('invalid-input', '--csv and --json can’t both go to stdout; give one of them a file.');
  if (csv !== undefined && json !== undefined && csv !== '-' && resolve(csv) === resolve(json))
    throw new CrivoError('invalid-input', `--csv and --json can't both go to ${csv}; give one of them another file.`);
  for (const target of [csv, json]) if (target !== undefined && target !== '-') checkTarget(target);
}

function checkTarget(target: string): void {
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new CrivoError('invalid-input', `${target} is a folder; give the name of a file in it.`);
  try {
    accessSync(dirname(resolve(target)), constants.W_OK);
  } catch (error) {
    throw new CrivoError(
      'storage',
      `${target} can't be written; check that ${dirname(resolve(target))} is a folder that you may write to.`,
      { cause: error },
    );
  }
}

/** Writes the query's runs to the files asked for, and tells their paths. */
export async function exportRuns(
  workbench: Workbench,
  terminal: Terminal,
  query: RunQuery,
  { csv, json }: ExportOptions,
): Promise<void> {
  const targets = [
    { format: 'csv', target: csv },
    { format: 'json', target: json },
  ] as const;
  for (const { format, target } of targets) {
    if (target === undefined) continue;
    if (target === '-') {
      await printRuns(workbench, terminal, query, format);
      continue;
    }
    const file = resolve(target);
    const { rows, sizeBytes } = await workbench.call('results.export', { query, format, file });
    terminal.say(
      `${format.toUpperCase()}: ${file} (${rows} ${rows === 1 ? 'run' : 'runs'}, ${formatBytes(sizeBytes)})`,
    );
  }
}

async function printRuns(
  workbench: Workbench,
  terminal: Terminal,
  query: RunQuery,
  format: 'csv' | 'json',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'crivo-'));
  try {
    const file = join(folder, `runs.${format}`);
    await workbench.call('results.export', { query, format, file });
    const decoder = new StringDecoder('utf8');
    for await (const chunk of createReadStream(file)) await terminal.print(decoder.write(chunk as Buffer));
    await terminal.print(decoder.end());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An answer as JSON on stdout. */
export const printJson = (terminal: Terminal, value: unknown): Promise<void> =>
  terminal.print(`${JSON.stringify(value, null, 2)}\n`);
