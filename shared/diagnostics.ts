/** The log, and what a person sends along when something went wrong. */

export const logLevels = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line of the log. */
export interface LogLine {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly processId: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Facts about an installation, without names or paths of a person. */
export interface Diagnostics {
  /** UTC, ISO 8601. */
  readonly madeAt: string;
  readonly app: unknown;
  readonly hardware: unknown;
  readonly counts: Readonly<Record<string, number>>;
  readonly log: readonly LogLine[];
}
