import { CrivoError } from '../../../shared/errors.ts';
import type { Workbench } from '../workbench.ts';
import { endingSignals, Interrupted } from './exit.ts';
import type { EndingSignal } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What every command has. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** The chosen or usual data folder, absolute. */
  readonly dataFolder: () => string;
  /** For commands that end with something else than 0 without an error. */
  readonly setExitCode: (code: number) => void;
  /**
   * Opens the workbench, works, and closes it, however that ends. `signal` is aborted on Ctrl-C (and SIGTERM); a second one ends the process at once.
   * Rejects with `Interrupted` after a signal.
   */
  readonly withWorkbench: <Result>(
    work: (workbench: Workbench, signal: AbortSignal) => Promise<Result>,
  ) => Promise<Result>;
}

/** The context over a data folder. The engine is loaded only when a command needs it, so that `--help` is fast. */
export function createContext(
  terminal: Terminal,
  dataFolder: () => string,
  setExitCode: (code: number) => void,
): CommandContext {
  return {
    terminal,
    dataFolder,
    setExitCode,
    withWorkbench: async (work) => {
      const [{ openWorkbench }, { locateProgram }] = await Promise.all([
        import('../open-workbench.ts'),
        import('../paths.ts'),
      ]);
      const signals = catchSignals();
      try {
        const workbench = await openWorkbench({
          dataFolder: dataFolder(),
          program: locateProgram(),
          host: 'command line',
        });
        try {
          const result = await work(workbench, signals.aborted);
          signals.raise();
          return result;
        } finally {
          await workbench.close();
        }
      } catch (error) {
        // What fails because it was told to end is no failure.
        if (error instanceof CrivoError && error.kind === 'cancelled') signals.raise();
        throw error;
      } finally {
        signals.release();
      }
    },
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
