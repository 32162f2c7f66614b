import { resolve } from 'node:path';
import { defaultDataFolder } from '../paths.ts';
import { createContext } from './context.ts';
import { explainEnd } from './exit.ts';
import { createProgram } from './program.ts';
import { openTerminal } from './terminal.ts';

/** Runs what the arguments ask for and ends the process with the exit code. */
export async function runCommandLine(process: NodeJS.Process): Promise<void> {
  const terminal = openTerminal(process);
  let exitCode = 0;
  const program = createProgram(
    createContext(
      terminal,
      () => resolve(program.opts<{ data?: string }>().data ?? defaultDataFolder(process.env)),
      (code) => (exitCode = code),
    ),
  );
  try {
    const [, , ...given] = process.argv;
    // Without a command, help is what was asked for.
    await program.parseAsync(given.length === 0 ? ['--help'] : given, { from: 'user' });
  } catch (error) {
    exitCode = explainEnd(error, terminal, process.env);
  }
  process.exitCode = exitCode;
  await terminal.print('');
  // Whatever a library still holds open must not keep the shell waiting.
  process.exit(exitCode);
}
