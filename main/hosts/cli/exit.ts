import { CommanderError } from 'commander';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import type { FailureKind } from '../../../shared/errors.ts';
import { printable } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** 128 and the signal's number, as shells say it. */
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type EndingSignal = keyof typeof signalCodes;
export const endingSignals = Object.keys(signalCodes) as EndingSignal[];

/** Thrown when a signal ended a command that has said so itself. */
export class Interrupted extends Error {
  readonly exitCode: number;
  constructor(signal: EndingSignal) {
    super(`ended by ${signal}`);
    this.exitCode = signalCodes[signal];
  }
}

const failedJobs: readonly FailureKind[] = ['job-failed'];

/** Tells why a command ended, in one line on stderr, and gives its exit code: 2 for bad input, 1 for a failed job, 130 on Ctrl-C. */
export function explainEnd(error: unknown, terminal: Pick<Terminal, 'say'>, environment: NodeJS.ProcessEnv): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof CommanderError) {
    // Help and version were asked for and have been printed.
    if (error.exitCode === 0) return 0;
    // A command of commands without one: its help has been printed.
    if (error.code === 'commander.help') return 2;
    terminal.say(line(sentence(error.message.replace(/^error: /, ''))));
    return 2;
  }
  const failure = toFailure(error);
  terminal.say(line(failure.message));
  if (environment['CRIVO_DEBUG'] === '1') {
    terminal.say(error instanceof Error ? (error.stack ?? '') : '');
    if (failure.detail !== undefined) terminal.say(failure.detail);
  }
  if (failure.kind === 'cancelled') return signalCodes.SIGINT;
  return !(error instanceof CrivoError) || failedJobs.includes(failure.kind) ? 1 : 2;
}

const line = (message: string): string => `crivo: ${printable(message.replace(/\s*\n\s*/g, ' '))}`;

/** Commander's message as a sentence: `Unknown option '--foo' (did you mean --to?); …`. */
function sentence(message: string): string {
  const flat = message.replace(/\s*\n\s*/g, ' ').replace(/\s*\(Did you mean (.*?)\?\)/, ' (did you mean $1?)');
  return `${flat}; see "crivo --help".`;
}
