/** A process that burns one core in bursts, as a backup or an indexer does. */
import { spawn } from 'node:child_process';

/** Bursts and pauses of 0.2 to 2 s. */
const program = `
const wait = () => 200 + 1800 * Math.random();
const burst = () => {
  const until = Date.now() + wait();
  while (Date.now() < until);
  setTimeout(burst, wait());
};
burst();
process.on('disconnect', () => process.exit(0));
`;

/** Starts it; the function ends it. It ends with this process, too. */
export function startNeighbour(): () => void {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return () => void child.kill();
}
