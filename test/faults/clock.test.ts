import { expect, onTestFinished, test, vi } from 'vitest';
import type { Clock } from '../../main/engine/ports.ts';
import { openForReading } from '../../main/engine/store/database.ts';
import { plannedCell } from '../fixtures/example-run.ts';
import { goodOutcome, queueBench } from '../engine/sweep/queue-fixture.ts';

const hourMs = 3_600_000;

/** Jumps of the wall clock while a cell is measured: an NTP step, an hour ahead and back, a year back (an empty clock battery). */
const jumps = {
  'NTP step back': -3_000,
  'an hour ahead': hourMs,
  'an hour back': -hourMs,
  'a year back': -8_760 * hourMs,
};

test.for(Object.entries(jumps))(
  '%s: a run takes the time that it took, and the sweep is measured once',
  async ([, jumpMs]) => {
    let wallMs = Date.UTC(2026, 2, 29, 0, 59, 59);
    let monotonicMs = 5_000;
    const clock: Clock = { now: () => wallMs, monotonicNs: () => BigInt(monotonicMs) * 1_000_000n };
    await using bench = queueBench(
      async () => {
        monotonicMs += 2_400;
        wallMs += 2_400 + jumpMs;
        return goodOutcome();
      },
      { clock },
    );
    const { id } = await bench.addSweep([plannedCell(), plannedCell({ batchSize: 4 })], { rounds: 2 });
    bench.queue.start();
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
    expect(bench.states(id)).toEqual(['done', 'done', 'done', 'done']);
    const db = openForReading(bench.folder);
    expect(db.prepare('SELECT wall_ms FROM runs').pluck().all()).toEqual([2_400, 2_400, 2_400, 2_400]);
    db.close();
  },
);

test('a clock set back over the start of a scheduled sweep only delays it; set ahead, it starts', async () => {
  let wallMs = Date.UTC(2026, 9, 25, 0, 30);
  const clock: Clock = { now: () => wallMs, monotonicNs: () => BigInt(wallMs) * 1_000_000n };
  const waits: number[] = [];
  await using bench = queueBench(undefined, {
    clock,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      // Daylight saving ends: a machine whose clock runs in local time is set back an hour, once.
      wallMs += waits.length === 10 ? milliseconds - hourMs : milliseconds;
    },
  });
  const { id } = await bench.addSweep([plannedCell()], { startsAt: Date.UTC(2026, 9, 25, 1, 0) });
  bench.queue.start();
  await bench.queue.whenIdle();
  expect(bench.states(id)).toEqual(['done']);
  // It looked often enough to notice any jump within half a minute.
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
  expect(waits.reduce((sum, waited) => sum + waited, 0)).toBe(1.5 * hourMs);
});

test.skipIf(process.platform === 'win32')(
  'a machine that is taken to another time zone starts a scheduled sweep at the instant that was meant',
  async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('TZ', 'America/Sao_Paulo');
    const startsAt = new Date(2026, 9, 25, 1, 0).getTime();
    let wallMs = startsAt - hourMs / 2;
    let waitedMs = 0;
    await using bench = queueBench(undefined, {
      clock: { now: () => wallMs, monotonicNs: () => BigInt(wallMs) * 1_000_000n },
      wait: async (milliseconds) => {
        waitedMs += milliseconds;
        wallMs += milliseconds;
        vi.stubEnv('TZ', 'Asia/Tokyo');
      },
    });
    const { id } = await bench.addSweep([plannedCell()], { startsAt });
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(new Date(startsAt).getHours()).toBe(13);
    expect(bench.states(id)).toEqual(['done']);
    expect(waitedMs).toBe(hourMs / 2);
  },
);
