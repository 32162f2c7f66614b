import { CrivoError } from '../../../shared/errors.ts';
import type { ProgramPaths } from '../paths.ts';
import type { Workbench } from '../workbench.ts';
import { endingSignals, Interrupted } from './exit.ts';
import type { EndingSignal } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with while the workbench is open. */
export interface OpenedWorkbench {
  readonly workbench: Workbench;
  readonly program: ProgramPaths;
  /** Aborted on Ctrl-C (and SIGTERM, SIGHUP); a second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** What every command has. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** The chosen or usual data folder, absolute. */
  readonly dataFolder: () => string;
  /** For commands that end with something else than 0 without an error. */
  readonly setExitCode: (code: number) => void;
  /**
   * Opens the workbench, works, and closes it, however that ends. Rejects with `Interrupted` after a signal, except for
   * the host `web`, which nothing else ends.
   */
  readonly withWorkbench: <Result>(
    work: (opened: OpenedWorkbench) => Promise<Result>,
    host?: 'command line' | 'web',
  ) => Promise<Result>;
  /** For work without a workbench, which ends by itself when the signal is aborted. Rejects with `Interrupted` then. */
  readonly interruptible: (work: (signal: AbortSignal) => Promise<void>) => Promise<void>;
}

/** The context over a data folder. The engine is loaded only when a command needs it, so that `--help` is fast. */
export function createContext(
  terminal: Terminal,
  dataFolder: () => string,
  setExitCode: (code: number) => void,
): CommandContext {
  const withSignals = async <Result>(work: (signals: CaughtSignals) => Promise<Result>): Promise<Result> => {
    const signals = catchSignals();
    try {
      return await work(signals);
    } catch (error) {
      // What fails because it was told to end is no failure.
      if (error instanceof CrivoError && error.kind === 'cancelled') signals.raise();
      throw error;
    } finally {
      terminal.drawStatus(null);
      signals.release();
    }
  };
  return {
    terminal,
    dataFolder,
    setExitCode,
    interruptible: (work) => withSignals(({ aborted }) => work(aborted)),
    withWorkbench: (work, host = 'command line') =>
      withSignals(async (signals) => {
        const [{ openWorkbench }, { locateProgram }] = await Promise.all([
          import('../open-workbench.ts'),
          import('../paths.ts'),
        ]);
        const program = locateProgram();
        const workbench = await openWorkbench({ dataFolder: dataFolder(), program, host });
        try {
          const result = await work({ workbench, program, signal: signals.aborted });
          if (host === 'command line') signals.raise();
          return result;
        } finally {
          terminal.drawStatus(null);
          await workbench.close();
        }
      }),
  };
}

interface CaughtSignals {
  readonly aborted: AbortSignal;
  /** Throws `Interrupted` where a signal came. */
  readonly raise: () => void;
  readonly release: () => void;
}

function catchSignals(): CaughtSignals {
  const controller = new AbortController();
  let caught: EndingSignal | null = null;
  const handlers = endingSignals.map((name) => {
    const handler = (): void => {
      if (caught !== null) process.exit(new Interrupted(name).exitCode);
      caught = name;
      controller.abort();
    };
    process.on(name, handler);
    return { name, handler };
  });
  return {
    aborted: controller.signal,
    raise: () => {
      if (caught !== null) throw new Interrupted(caught);
    },
    release: () => {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
