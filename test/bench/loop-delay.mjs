/**
 * Loaded into a host (`--import`): tells how long its event loop was held up since it was last asked. Plain JavaScript: to load
 * TypeScript takes a third of a second of the host's start and memory that its collections then go through.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  process.send?.({ maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 });
  delay.reset();
});
// The benchmark's end of the channel must not keep the host alive.
process.channel?.unref();
