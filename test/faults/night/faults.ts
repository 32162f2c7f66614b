/** What happens to a simulated night: each fault strikes while a cell is measured. */
import { execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageToLife } from './messages.ts';
import { processesOf } from './processes.ts';

/** Faults that the program outlives. */
export const outlivedFaults = [
  'cell killed',
  'cell stopped and continued',
  'program stopped and continued',
  'clock an hour ahead',
  'clock an hour back',
  'clock stepped by 3 s',
] as const;
/** Faults that end it; it is started again. */
export const endingFaults = ['program killed', 'machine killed', 'disk full'] as const;
export type OutlivedFault = (typeof outlivedFaults)[number];
export type EndingFault = (typeof endingFaults)[number];
export type Fault = OutlivedFault | EndingFault;

const stoppedMs = 300;
const hourMs = 3_600_000;
const send = (life: ChildProcess, message: MessageToLife): void => void life.send(message);

async function stopFor(pids: readonly number[]): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of pids) signalQuietly(pid, name);
  };
  signal('SIGSTOP');
  await sleep(stoppedMs);
  signal('SIGCONT');
}

function signalQuietly(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // The cell ended by itself in this moment.
    return false;
  }
}

/** Lets a fault happen; false where its target was gone before. */
export async function strike(fault: Fault, life: ChildProcess, folder: string, night: string): Promise<boolean> {
  switch (fault) {
    case 'cell killed': {
      const killed = processesOf(night, 'cells').map((pid) => signalQuietly(pid, 'SIGKILL'));
      return killed.includes(true);
    }
    case 'cell stopped and continued': {
      const cells = processesOf(night, 'cells');
      await stopFor(cells);
      return cells.length > 0;
    }
    case 'program stopped and continued':
      await stopFor([life.pid!]);
      return true;
    case 'clock an hour ahead':
      send(life, { type: 'step-clock', byMs: hourMs });
      return true;
    case 'clock an hour back':
      send(life, { type: 'step-clock', byMs: -hourMs });
      return true;
    case 'clock stepped by 3 s':
      send(life, { type: 'step-clock', byMs: -3_000 });
      return true;
    case 'program killed':
      return life.kill('SIGKILL');
    case 'machine killed':
      killMachine(life, folder);
      return true;
    case 'disk full':
      fillDisk(life.pid!);
      return true;
  }
}

/** The folder becomes what a disk holds at one instant of the work, when the machine loses its power. */
function killMachine(life: ChildProcess, folder: string): void {
  life.kill('SIGSTOP');
  const atThatInstant = `${folder}-at-power-cut`;
  cpSync(folder, atThatInstant, { recursive: true });
  life.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  cpSync(atThatInstant, folder, { recursive: true });
  rmSync(atThatInstant, { recursive: true });
}

/** A byte that no write of the process may pass: where it writes, it is told that there is no room. */
const roomBytes = 4_096;

const fillDisk = (pid: number): void => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${roomBytes}:`]);
