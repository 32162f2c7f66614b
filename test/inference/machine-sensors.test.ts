import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGpuState, parseNvidiaState } from '../../main/engine/hardware/gpu-state.ts';
import { summarizeSensors, watchSensors } from '../../main/inference/machine-sensors.ts';
import { parseProcessStat, readProcesses, summarizeProcesses } from '../../main/inference/other-processes.ts';
import type { ProcessReading } from '../../main/inference/other-processes.ts';
import { parsePressure, pressureBetween } from '../../main/inference/pressure.ts';

type Times = readonly (readonly [pid: number, name: string, cpuMs: number])[];
const readingOf = (atMs: number, times: Times): ProcessReading => ({
  atMs,
  cpuMs: new Map(times.map(([pid, name, cpuMs]) => [pid, { name, cpuMs }])),
});

describe('other processes', () => {
  test('are named with what they used while they were busy; the measured one is none of them', () => {
    const readings = [0, 1, 2, 3, 4].map((second) =>
      readingOf(second * 1000, [
        [1, 'init', 40],
        [7, 'cell', second * 1000],
        [9, 'backup', 5_000 + Math.min(second, 2) * 800],
        ...(second >= 3 ? ([[12, 'newborn', (second - 2) * 200]] as const) : []),
      ]),
    );
    expect(summarizeProcesses(readings, new Set([7]))).toEqual({
      offenders: [
        { pid: 9, name: 'backup', cores: 0.8, busyMs: 2_000 },
        { pid: 12, name: 'newborn', cores: 0.2, busyMs: 2_000 },
      ],
      busyShare: 0.5,
      watchedMs: 4_000,
    });
    expect(summarizeProcesses(readings.slice(0, 1), new Set())).toBeNull();
  });

  test('a name may hold spaces and parentheses', () => {
    const line = `4242 (evil) R ) S 1 4242 4242 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 1 0 100`;
    expect(parseProcessStat(line)).toEqual({ name: 'evil) R ', cpuMs: 2_000 });
    expect(parseProcessStat('nonsense')).toBeNull();
  });

  test.runIf(process.platform === 'linux')('one that burns a core is found by the watch', async () => {
    const burner = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    try {
      await sleep(100);
      // A busy machine has worse offenders: look at this one alone.
      const others = [...readProcesses(0)!.cpuMs.keys()].filter((pid) => pid !== burner.pid);
      const watch = watchSensors({ measuredPids: new Set(others) });
      await sleep(1_500);
      const { processes } = await watch.end();
      expect(processes?.offenders.map(({ pid }) => pid)).toContain(burner.pid);
    } finally {
      burner.kill();
    }
  });

  test('there are none where there is no /proc', () => {
    expect(readProcesses(0, join(tmpdir(), 'no-such-proc'))).toBeNull();
  });
});

test('pressure is the share of the time in which something waited', () => {
  expect(parsePressure('some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 total=7\n')).toBe(1_500);
  expect(parsePressure('')).toBeNull();
  expect(pressureBetween({ atMs: 0, cpuMs: 100, memoryMs: null }, { atMs: 1_000, cpuMs: 350, memoryMs: null })).toEqual(
    { cpuPressure: 0.25, memoryPressure: null },
  );
});

test('readings of sensors are joined: extremes, throttling counted up, battery at any time', () => {
  const at = (frequency: number, throttleCount: number, powerSource: 'ac' | 'battery') => ({
    ...{ frequenciesMhz: [frequency], temperaturesC: [50 + throttleCount], throttleCount, powerSource },
  });
  expect(summarizeSensors([at(3_000, 4, 'ac'), at(2_400, 5, 'battery')])).toEqual({
    ...{ frequencyMinMhz: 2_400, frequencyMaxMhz: 3_000, temperatureMaxC: 55, throttled: true, powerSource: 'battery' },
  });
  expect(summarizeSensors([at(3_000, 4, 'ac'), at(3_000, 4, 'ac')])).toMatchObject({ throttled: false });
});

describe('a GPU', () => {
  const sys = mkdtempSync(join(tmpdir(), 'crivo-sys-'));
  beforeAll(() => {
    const device = 'class/drm/card0/device';
    const files = {
      [`${device}/gpu_busy_percent`]: '87\n',
      [`${device}/hwmon/hwmon3/freq1_input`]: '2100000000\n',
      [`${device}/hwmon/hwmon3/power1_average`]: '180000000\n',
      [`${device}/hwmon/hwmon3/temp1_input`]: '71000\n',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(sys, path)), { recursive: true });
      writeFileSync(join(sys, path), text);
    }
  });
  afterAll(() => rmSync(sys, { recursive: true }));

  test("tells clock, power, load and heat in amdgpu's files", async () => {
    expect(await createGpuState(sys, 'no-such-tool')()).toEqual({
      ...{ clockMhz: 2_100, powerW: 180, load: 0.87, temperatureC: 71 },
    });
    expect(await createGpuState(join(sys, 'class'), 'no-such-tool')()).toBeNull();
  });

  test("and in nvidia-smi's row, blank where that says so", () => {
    expect(parseNvidiaState('2520, 310.25, 98, 64\n210, 20.1, 0, 30\n')).toEqual({
      ...{ clockMhz: 2_520, powerW: 310.25, load: 0.98, temperatureC: 64 },
    });
    expect(parseNvidiaState('2520, [N/A], 98, 64')).toMatchObject({ powerW: null, clockMhz: 2_520 });
    expect(parseNvidiaState('No devices were found')).toBeNull();
  });

  test('is asked at the beginning and at the end of a watch', async () => {
    const clocks = [1_500, 2_000];
    const watch = watchSensors({
      measuredPids: new Set(),
      readGpu: async () => ({ clockMhz: clocks.shift() ?? null, powerW: 90, load: 1, temperatureC: null }),
    });
    expect((await watch.end()).gpu).toEqual({
      ...{ clockMinMhz: 1_500, clockMaxMhz: 2_000, powerMaxW: 90, loadMax: 1, temperatureMaxC: null },
    });
  });
});
