import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchForUpdates } from '../../../main/hosts/desktop/watch-for-updates.ts';
import { en } from '../../../main/hosts/desktop/text/en.ts';
import type { EngineEvent } from '../../../shared/contract.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minute = 60_000;
const hour = 60 * minute;

/** An updater that has found version 2.0.0, a workbench whose user has agreed or not, and a dialog that answers as told. */
function watched({ agreed = true, response = 0 } = {}) {
  const asked: { message: string; buttons: readonly string[] }[] = [];
  const updater = {
    checkForUpdates: vi.fn(async () => ({ isUpdateAvailable: true, updateInfo: { version: '2.0.0' } })),
    downloadUpdate: vi.fn(async (_token: { cancelled: boolean }) => ['the file']),
    quitAndInstall: vi.fn(),
  };
  const sweep = { runs: false };
  let tell: (event: { event: EngineEvent }) => void = () => {};
  const unsubscribe = vi.fn();
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const stop = watchForUpdates(
    {
      dialog: {
        showMessageBox: async (options: (typeof asked)[number]) => {
          asked.push(options);
          return { response };
        },
      },
    } as unknown as Parameters<typeof watchForUpdates>[0],
    {
      logger,
      call: async () => ({ updates: agreed }),
      hub: {
        subscribe: (_since: unknown, listener: typeof tell) => {
          tell = listener;
          return unsubscribe;
        },
      },
    } as unknown as Parameters<typeof watchForUpdates>[1],
    () => sweep.runs,
    () => en,
    updater as unknown as Parameters<typeof watchForUpdates>[4],
  );
  return { updater, asked, sweep, logger, stop, unsubscribe, tell: (event: EngineEvent) => tell({ event }) };
}

test('looks a minute after the start and every six hours, and asks before it restarts', async () => {
  const { updater, asked, logger } = watched();
  await vi.advanceTimersByTimeAsync(minute - 1);
  expect(updater.checkForUpdates).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual([
    expect.objectContaining({
      message: 'Crivo 2.0.0 is ready. Restart and install it now?',
      buttons: ['Later', 'Restart'],
    }),
  ]);
  await vi.advanceTimersByTimeAsync(6 * hour);
  expect(asked).toHaveLength(2);
  expect(updater.quitAndInstall).not.toHaveBeenCalled();
  expect(logger.info).toHaveBeenCalledWith('looked for an update', { state: 'postponed', version: '2.0.0' });
});

test('restarts where the user says so', async () => {
  const { updater } = watched({ response: 1 });
  await vi.advanceTimersByTimeAsync(minute);
  expect(updater.quitAndInstall).toHaveBeenCalledOnce();
});

test('asks no server where the user has not agreed, nor while a sweep runs, nor after the end', async () => {
  const refused = watched({ agreed: false });
  const busy = watched();
  busy.sweep.runs = true;
  const ended = watched();
  ended.stop();
  await vi.advanceTimersByTimeAsync(13 * hour);
  for (const { updater, asked } of [refused, busy, ended]) {
    expect(updater.checkForUpdates).not.toHaveBeenCalled();
    expect(asked).toEqual([]);
  }
  expect(ended.unsubscribe).toHaveBeenCalledOnce();
});

test('a sweep that starts while a version is fetched ends the download', async () => {
  const { updater, sweep, tell } = watched();
  const fetching = Promise.withResolvers<string[]>();
  updater.downloadUpdate.mockImplementation(() => fetching.promise);
  await vi.advanceTimersByTimeAsync(minute);
  const [token] = updater.downloadUpdate.mock.calls[0]!;
  expect(token.cancelled).toBe(false);
  sweep.runs = true;
  tell({ type: 'queue', state: { sweeps: [], current: {}, paused: false } } as unknown as EngineEvent);
  expect(token.cancelled).toBe(true);
  fetching.resolve([]);
});
