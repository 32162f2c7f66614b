/** Keeps the machine from sleeping while the queue works, in hosts that have no window; the desktop asks Electron. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { QueueState } from '../../shared/sweep.ts';
import type { Logger } from '../engine/ports.ts';

/** Whether the machine must stay awake: not while a sweep waits for mains power, for that may take days. */
export const needsWaking = ({ running, waitsFor }: QueueState): boolean => running && waitsFor === undefined;

/** The system's own program that holds sleep off for as long as it runs, and ends with this process; null where there is none. */
export function inhibitor(platform: NodeJS.Platform, processId: number): readonly string[] | null {
  if (platform === 'darwin') return ['caffeinate', '-i', '-w', String(processId)];
  if (platform === 'linux')
    return [
      ...['systemd-inhibit', '--what=sleep:idle', '--who=Crivo', '--why=A benchmark sweep is running', '--mode=block'],
      ...['tail', `--pid=${processId}`, '-f', '/dev/null'],
    ];
  if (platform === 'win32')
    // ES_CONTINUOUS | ES_SYSTEM_REQUIRED, for as long as the process that asks lives.
    return [
      ...['powershell.exe', '-NoProfile', '-NonInteractive', '-Command'],
      `$awake = Add-Type -PassThru -Name Awake -MemberDefinition '[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint flags);'; ` +
        `[void]$awake::SetThreadExecutionState([uint32]2147483649); Wait-Process -Id ${processId}`,
    ];
  return null;
}

export interface KeepAwake {
  readonly tell: (state: QueueState) => void;
  readonly close: () => void;
}

/** Starts the inhibitor when the queue works and ends it after. Where it can't be started, that is logged once. */
export function createKeepAwake(
  logger: Logger,
  command: readonly string[] | null = inhibitor(process.platform, process.pid),
): KeepAwake {
  let child: ChildProcess | null = null;
  let isUnavailable = command === null;
  const start = ([file = '', ...args]: readonly string[]): void => {
    const started = spawn(file, args, { stdio: 'ignore', windowsHide: true });
    child = started;
    // Its running keeps nobody waiting.
    started.unref();
    const ended = (reason: string): void => {
      if (child !== started) return;
      child = null;
      isUnavailable = true;
      logger.warn('the machine may fall asleep during the sweep', { command: file, reason });
    };
    started.on('error', ({ message }) => ended(message));
    started.on('exit', (code, signal) => ended(`it ended with ${signal ?? code}`));
  };
  const stop = (): void => {
    const running = child;
    child = null;
    running?.kill();
  };
  return {
    tell: (state) => {
      if (!needsWaking(state)) stop();
      else if (child === null && command !== null && !isUnavailable) start(command);
    },
    close: stop,
  };
}
