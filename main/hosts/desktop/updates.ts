/** New versions of Crivo: looked for and fetched only where the user has agreed, and never while a sweep runs. */
import { CancellationToken } from 'builder-util-runtime';
import type { AppUpdater } from 'electron-updater';
import { toFailure } from '../../../shared/errors.ts';
import type { Logger } from '../../engine/ports.ts';

/** How looking for a new version ended. */
export type UpdateOutcome =
  | { readonly state: 'off' | 'sweep runs' | 'up to date' }
  /** Fetched and checked; the user said when, or will be asked again. */
  | { readonly state: 'installing' | 'postponed'; readonly version: string }
  | { readonly state: 'failed'; readonly reason: string };

export interface UpdatesOptions {
  readonly updater: Pick<
    AppUpdater,
    | 'autoDownload'
    | 'autoInstallOnAppQuit'
    | 'allowDowngrade'
    | 'checkForUpdates'
    | 'downloadUpdate'
    | 'quitAndInstall'
    | 'logger'
  >;
  /** Whether the user has agreed. */
  readonly isWanted: () => Promise<boolean>;
  readonly sweepRuns: () => boolean;
  /** Whether to install a version now. */
  readonly ask: (version: string) => Promise<boolean>;
  readonly logger: Logger;
}

export interface Updates {
  readonly look: () => Promise<UpdateOutcome>;
  /** To be told when a sweep starts: a download would disturb what is measured, and is given up until the next look. */
  readonly sweepStarted: () => void;
}

export function createUpdates({ updater, isWanted, sweepRuns, ask, logger }: UpdatesOptions): Updates {
  // Everything is asked for here: nothing is fetched, installed or taken back by itself.
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.logger = {
    info: () => {},
    warn: (message: unknown) => logger.warn('update', { message: String(message) }),
    error: (message: unknown) => logger.warn('update', { message: String(message) }),
  };
  let download: CancellationToken | null = null;

  const look = async (): Promise<UpdateOutcome> => {
    if (!(await isWanted())) return { state: 'off' };
    if (sweepRuns()) return { state: 'sweep runs' };
    const found = await updater.checkForUpdates();
    if (found === null || !found.isUpdateAvailable) return { state: 'up to date' };
    if (sweepRuns()) return { state: 'sweep runs' };
    const { version } = found.updateInfo;
    download = new CancellationToken();
    try {
      // Its SHA-512 is checked against the release's; what doesn't match is thrown away.
      await updater.downloadUpdate(download);
    } catch (error) {
      if (download.cancelled) return { state: 'sweep runs' };
      throw error;
    } finally {
      download = null;
    }
    if (sweepRuns() || !(await ask(version)) || sweepRuns()) return { state: 'postponed', version };
    updater.quitAndInstall();
    return { state: 'installing', version };
  };

  return {
    look: async () => {
      try {
        const outcome = await look();
        if (outcome.state !== 'off') logger.info('looked for an update', { ...outcome });
        return outcome;
      } catch (error) {
        const reason = toFailure(error).message;
        logger.warn('no update was made', { reason });
        return { state: 'failed', reason };
      }
    },
    sweepStarted: () => download?.cancel(),
  };
}
