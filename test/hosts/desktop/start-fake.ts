/** The desktop host on a fake Electron and a fake engine, and what it did to both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent, Settings } from '../../../shared/contract.ts';
import type { QueueState, SweepState } from '../../../shared/sweep.ts';
import { startDesktop } from '../../../main/hosts/desktop/start-desktop.ts';
import { windowMemory } from '../../../main/hosts/desktop/window-memory.ts';
import { silentLogger } from '../../../main/engine/ports.ts';
import { createEventHub } from '../../../main/rpc/event-hub.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { createFakeElectron } from './fake-electron.ts';

/** Starts it; `folder` holds the renderer and the window's memory. */
export async function start(
  fake = createFakeElectron(),
  {
    folder = temporaryFolder(),
    platform = 'linux' as NodeJS.Platform,
    argv = ['crivo'],
    startFailure = null as Error | null,
    language = 'en' as Settings['language'],
  } = {},
) {
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  const events = createEventHub(() => [], 0);
  /** What the engine was asked to start, and how often it was closed. */
  const engine = { started: [] as string[], closed: 0 };
  const workbench = {
    call: async (name: string) => {
      if (name === 'settings.get') return { language };
      engine.started.push(name);
      if (startFailure !== null) throw startFailure;
    },
    dispatch: async (name: unknown, input: unknown) => ({ result: { name, input } }),
    hub: events,
    logger: silentLogger,
    close: async () => void (engine.closed += 1),
  };
  await startDesktop(fake.electron, {
    openWorkbench: async () => workbench as never,
    rendererFolder: folder,
    preload: '/preload.cjs',
    memory: windowMemory(folder),
    platform,
    argv,
  });
  return { ...fake, events, engine };
}

/** The queue's state with one sweep, as it is told. */
export const queue = (state: SweepState, running: boolean, untilAt: string | null = null): EngineEvent => ({
  type: 'queue',
  state: {
    running,
    paused: false,
    current: running ? ({ id: 1 } as QueueState['current']) : null,
    progress: null,
    sweeps: [
      {
        id: 1,
        name: 'night',
        state,
        untilAt,
        counts: {
          waiting: running ? 3 : state === 'paused' ? 1 : 0,
          running: 0,
          done: running ? 1 : 4,
          failed: 0,
          skipped: 0,
          cancelled: 0,
        },
      } as QueueState['sweeps'][number],
    ],
  },
});
