import { expect, test } from 'vitest';
import { createTelemetry } from '../../../main/engine/hardware/telemetry.ts';
import { systemClock } from '../../../main/engine/ports.ts';
import { hasConditions, readMachine, unmetCondition } from '../../../main/engine/sweep/start-conditions.ts';
import type { MachineState } from '../../../main/engine/sweep/start-conditions.ts';
import { worthTier } from '../../../main/engine/sweep/worth.ts';
import { orderRounds } from '../../../main/engine/sweep/order.ts';
import { goodOutcome, queueBench } from './queue-fixture.ts';
import { plannedCell } from '../../fixtures/example-run.ts';

const calm: MachineState = { powerSource: 'ac', cpuLoad: 0.02, cpuTemperatureC: 45 };
const all = { onlyOnAc: true, onlyWhenIdle: true, coolerThanC: 70 };

test('each condition holds a sweep up by itself, in words; what the machine does not tell holds nothing up', () => {
  expect(unmetCondition(all, calm)).toBeNull();
  expect(unmetCondition(all, { ...calm, powerSource: 'battery' })).toMatch(/runs on battery/);
  expect(unmetCondition(all, { ...calm, cpuLoad: 0.38 })).toMatch(/other work takes 38%/);
  expect(unmetCondition(all, { ...calm, cpuTemperatureC: 70 })).toMatch(/has 70 °C .* less than 70 °C/);
  expect(unmetCondition(all, { powerSource: 'unknown', cpuLoad: null, cpuTemperatureC: null })).toBeNull();
  expect(unmetCondition({}, { powerSource: 'battery', cpuLoad: 1, cpuTemperatureC: 99 })).toBeNull();
  expect([{}, { onlyOnAc: false }, { onlyWhenIdle: true }, { coolerThanC: 60 }].map(hasConditions)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('the machine is read for real', async () => {
  const { cpuLoad, powerSource } = await readMachine(createTelemetry(systemClock));
  expect(['ac', 'battery', 'unknown']).toContain(powerSource);
  if (process.platform === 'linux') expect(cpuLoad).toBeGreaterThanOrEqual(0);
});

test('a sweep waits for its conditions while others run, says so, and runs when they hold', async () => {
  let machine: MachineState = { ...calm, powerSource: 'battery' };
  const waits: number[] = [];
  let blocked: (() => void) | null = null;
  await using bench = queueBench(async () => goodOutcome(), {
    machine: async () => machine,
    wait: (milliseconds) => {
      waits.push(milliseconds);
      return new Promise((resolve) => (blocked = resolve));
    },
  });
  const held = await bench.addSweep([plannedCell()], { name: 'mains', conditions: { onlyOnAc: true } });
  const free = await bench.addSweep([plannedCell({ batchSize: 2 })], { name: 'anywhere' });
  bench.queue.start();
  await expect.poll(() => blocked).not.toBeNull();
  expect(bench.states(free.id)).toEqual(['done']);
  expect(bench.states(held.id)).toEqual(['waiting']);
  expect(bench.queue.state().waitsFor).toBe(
    '"mains" is due, but the machine runs on battery and it waits for mains power.',
  );
  expect(bench.store.sweeps.get(held.id).summary.conditions).toEqual({ onlyOnAc: true });
  machine = calm;
  (blocked as (() => void) | null)?.();
  expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
  expect(bench.states(held.id)).toEqual(['done']);
  expect(bench.queue.state().waitsFor).toBeUndefined();
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
});

test('within a budget, originals that were never measured come first, then what was never measured, then the least measured', () => {
  const { cell } = plannedCell();
  const measured = (runs: number) => ({ sameCell: { wallMs: 1_000, runs }, similar: null });
  const never = { sameCell: null, similar: null };
  const tiers = [
    worthTier(cell, never),
    worthTier({ ...cell, variant: 'fp16' }, never),
    ...[1, 2, 3, 4, 100].map((runs) => worthTier(cell, measured(runs))),
  ];
  expect(tiers).toEqual([0, 1, 2, 3, 3, 4, 8]);
  const order = orderRounds([0, 1, 2, 3, 4], 2, 7, null, (index) => [1, 0, 2, 0, 1][index]!);
  for (const round of [1, 2]) {
    const cells = order.filter((place) => place.round === round).map((place) => place.cell);
    expect(new Set(cells.slice(0, 2))).toEqual(new Set([1, 3]));
    expect(new Set(cells.slice(2, 4))).toEqual(new Set([0, 4]));
    expect(cells[4]).toBe(2);
  }
});
