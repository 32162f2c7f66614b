/** What the desktop does while sweeps run: progress on the taskbar, no sleep, and a word when one ends. */
import type { BrowserWindow } from 'electron';
import type { EngineEvent } from '../../../shared/contract.ts';
import { isOver } from '../../../shared/night.ts';
import type { QueueState, SweepSummary } from '../../../shared/sweep.ts';
import { needsWaking } from '../keep-awake.ts';
import type { ElectronApi } from './electron-api.ts';
import type { DesktopText } from './text/en.ts';

export interface SweepWatch {
  readonly tell: (event: EngineEvent) => void;
  readonly running: () => boolean;
}

/** Watches the queue's events. */
export function watchSweeps(
  electron: Pick<ElectronApi, 'Notification' | 'powerSaveBlocker'>,
  window: () => BrowserWindow | null,
  text: () => DesktopText,
  showSummary: (sweepId: number) => void,
): SweepWatch {
  let blocker: number | null = null;
  let state: QueueState | null = null;
  const keepAwake = (wanted: boolean): void => {
    if (wanted && blocker === null) blocker = electron.powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && blocker !== null) {
      electron.powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  return {
    tell: (event) => {
      if (event.type !== 'queue') return;
      for (const sweep of ended(state, event.state)) announce(electron, sweep, text(), () => showSummary(sweep.id));
      state = event.state;
      const active = state.current !== null;
      keepAwake(needsWaking(state));
      window()?.setProgressBar(active ? doneFraction(state) : -1);
    },
    running: () => (state?.current ?? null) !== null,
  };
}

/** Sweeps that were not over yet and are now: measured to the end, or to the end of their time. */
function ended(before: QueueState | null, after: QueueState): SweepSummary[] {
  const now = Date.now();
  return after.sweeps.filter(
    (sweep) => isOver(sweep, now) && before?.sweeps.some((old) => old.id === sweep.id && isUnderWay(old)) === true,
  );
}

const isUnderWay = ({ state }: SweepSummary): boolean => state === 'running' || state === 'waiting';

function announce(
  electron: Pick<ElectronApi, 'Notification'>,
  sweep: SweepSummary,
  { sweepEnded: text }: DesktopText,
  onclick: () => void,
): void {
  if (!electron.Notification.isSupported()) return;
  const { done, failed, skipped, waiting } = sweep.counts;
  const body = [
    text.measured(done),
    ...(failed > 0 ? [text.failed(failed)] : []),
    ...(skipped > 0 ? [text.skipped(skipped)] : []),
    ...(waiting > 0 ? [text.left(waiting)] : []),
  ].join(', ');
  const notification = new electron.Notification({
    title: (waiting > 0 ? text.timeIsOver : text.title)(sweep.name),
    body,
  });
  notification.on('click', onclick);
  notification.show();
}

function doneFraction(state: QueueState): number {
  const running = state.sweeps.filter((sweep) => sweep.state === 'running');
  const total = running.flatMap((sweep) => Object.values(sweep.counts)).reduce((sum, count) => sum + count, 0);
  const open = running.reduce((sum, sweep) => sum + sweep.counts.waiting + sweep.counts.running, 0);
  return total === 0 ? 0 : (total - open) / total;
}
