/** Looks for new versions from time to time, as the settings allow. */
import type { Workbench } from '../workbench.ts';
import type { ElectronApi } from './electron-api.ts';
import type { DesktopText } from './text/en.ts';
import { createUpdates } from './updates.ts';
import type { UpdatesOptions } from './updates.ts';

const firstLookMs = 60_000;
const betweenLooksMs = 6 * 3_600_000;

/** Gives the function that ends it. */
export function watchForUpdates(
  electron: Pick<ElectronApi, 'dialog'>,
  { call, hub, logger }: Pick<Workbench, 'call' | 'hub' | 'logger'>,
  sweepRuns: () => boolean,
  text: () => DesktopText,
  updater: UpdatesOptions['updater'],
): () => void {
  const updates = createUpdates({
    ...{ updater, sweepRuns, logger },
    isWanted: async () => (await call('settings.get', {})).updates,
    ask: async (version) => {
      const { question, detail, later, restart } = text().update;
      const { response } = await electron.dialog.showMessageBox({
        type: 'question',
        message: question(version),
        detail,
        buttons: [later, restart],
        defaultId: 1,
        cancelId: 0,
      });
      return response === 1;
    },
  });
  const unsubscribe = hub.subscribe(null, ({ event }) => {
    if (event.type === 'queue' && event.state.current !== null) updates.sweepStarted();
  });
  let timer = setTimeout(function look() {
    void updates.look();
    timer = setTimeout(look, betweenLooksMs);
  }, firstLookMs);
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}
