/**
 * Loaded into a host (`--import`): tells how long its event loop was held up since it was last asked, and how long by what it
 * did itself: without the time in which its main thread waited for a core that other threads and processes had. Plain
 * JavaScript: to load TypeScript takes a third of a second of the host's start and memory that its collections then go through.
 */
import { openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

const looksMs = 1;
const schedstat = process.platform === 'linux' ? openSync(`/proc/self/task/${process.pid}/schedstat`, 'r') : null;
const bytes = Buffer.alloc(64);

/** How long the main thread has waited for a core in all, ms; 0 where the system doesn't tell. */
function waitedMs() {
  if (schedstat === null) return 0;
  const length = readSync(schedstat, bytes, 0, bytes.length, 0);
  return Number(bytes.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}

let ownMs = 0;
let [lastMs, lastWaitedMs] = [performance.now(), waitedMs()];
setInterval(() => {
  const [nowMs, nowWaitedMs] = [performance.now(), waitedMs()];
  ownMs = Math.max(ownMs, nowMs - lastMs - looksMs - (nowWaitedMs - lastWaitedMs));
  [lastMs, lastWaitedMs] = [nowMs, nowWaitedMs];
}, looksMs).unref();

process.on('message', () => {
  process.send?.({ ownMs, maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 });
  delay.reset();
  ownMs = 0;
});
// The benchmark's end of the channel must not keep the host alive.
process.channel?.unref();
