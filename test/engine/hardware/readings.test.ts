import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cpuTimesFromStat, loadBetween } from '../../../main/engine/hardware/cpu-load.ts';
import { prettyName } from '../../../main/engine/hardware/environment.ts';
import { flagsFromCpuinfo, flagsFromSysctl, isaFromFlags } from '../../../main/engine/hardware/isa.ts';
import { powerSourceOf } from '../../../main/engine/hardware/power.ts';
import {
  memoryFromMeminfo,
  readAmdGpu,
  readCpuFrequency,
  readCpuTemperature,
} from '../../../main/engine/hardware/sensors.ts';
import { createTelemetry } from '../../../main/engine/hardware/telemetry.ts';
import { systemClock } from '../../../main/engine/ports.ts';

describe('CPU load', () => {
  test('is the busy share between two readings; waiting for disks is idle', () => {
    const before = cpuTimesFromStat('cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\n');
    const after = cpuTimesFromStat('cpu  130 10 120 850 80 5 5 0 0 0\n');
    expect(before).toEqual({ busy: 200, total: 1000 });
    expect(after).toEqual({ busy: 270, total: 1200 });
    expect(loadBetween(before, after)).toBeCloseTo(70 / 200, 10);
  });

  test('is unknown where no time has passed, a counter went back, or the file is another', () => {
    const times = { busy: 10, total: 100 };
    expect(loadBetween(times, times)).toBeNull();
    expect(loadBetween(times, { busy: 5, total: 50 })).toBeNull();
    expect(loadBetween(null, times)).toBeNull();
    expect(cpuTimesFromStat('')).toBeNull();
    expect(cpuTimesFromStat('cpu  a b c d')).toBeNull();
  });
});

describe('ISA extensions', () => {
  test('of a server with AVX-512, VNNI and AMX', () => {
    const cpuinfo =
      'processor\t: 0\nflags\t\t: fpu sse4_2 avx f16c avx2 fma avx512f avx512bw avx512vl avx_vnni avx512_bf16 avx512_vnni amx_bf16 avx512_fp16 amx_int8 hypervisor\n';
    expect(isaFromFlags(flagsFromCpuinfo(cpuinfo))).toEqual([
      'amx_bf16',
      'amx_int8',
      'avx',
      'avx2',
      'avx512_bf16',
      'avx512_fp16',
      'avx512_vnni',
      'avx512bw',
      'avx512f',
      'avx512vl',
      'avx_vnni',
      'f16c',
      'fma',
    ]);
  });
  test('of 64-bit Arm on Linux', () => {
    expect(
      isaFromFlags(flagsFromCpuinfo('Features\t: fp asimd evtstrm aes asimdhp cpuid asimddp i8mm bf16 sve')),
    ).toEqual(['bf16', 'dotprod', 'fp16', 'i8mm', 'neon', 'sve']);
  });
  test('of a Mac, Apple or Intel', () => {
    const apple =
      'hw.optional.neon: 1\nhw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_I8MM: 0\nhw.optional.arm.FEAT_SME: 1\n';
    expect(isaFromFlags(flagsFromSysctl(apple))).toEqual(['dotprod', 'neon', 'sme']);
    const intel =
      'hw.optional.avx2_0: 1\nmachdep.cpu.features: FPU SSE4.2 AVX1.0 FMA\nmachdep.cpu.leaf7_features: AVX2 BMI2\n';
    expect(isaFromFlags(flagsFromSysctl(intel))).toEqual(['avx', 'avx2', 'fma']);
  });
  test('are none where the file tells nothing', () => {
    expect(isaFromFlags(flagsFromCpuinfo('processor : 0\n'))).toEqual([]);
  });
});

describe('power source', () => {
  const supply = { type: null, scope: null, online: null, status: null };
  test.each([
    [
      'mains in',
      [
        { ...supply, type: 'Mains', online: '1' },
        { ...supply, type: 'Battery', status: 'Charging' },
      ],
      'ac',
    ],
    [
      'mains out',
      [
        { ...supply, type: 'Mains', online: '0' },
        { ...supply, type: 'Battery', status: 'Discharging' },
      ],
      'battery',
    ],
    ['only a full battery', [{ ...supply, type: 'Battery', status: 'Full' }], 'ac'],
    [
      'a discharging mouse on a desktop',
      [{ ...supply, type: 'Battery', scope: 'Device', status: 'Discharging' }],
      'unknown',
    ],
    [
      'a USB-C port in use',
      [
        { ...supply, type: 'USB', online: '1' },
        { ...supply, type: 'USB', online: '0' },
      ],
      'ac',
    ],
    ['nothing', [], 'unknown'],
  ] as const)('%s', (_, supplies, expected) => expect(powerSourceOf(supplies)).toBe(expected));
});

test('memory in use is what is not available', () => {
  expect(memoryFromMeminfo('MemTotal:       16000 kB\nMemFree:  1 kB\nMemAvailable:   12000 kB\n')).toEqual({
    usedBytes: 4000 * 1024,
    totalBytes: 16000 * 1024,
  });
  expect(memoryFromMeminfo('MemTotal:       16000 kB\n')).toBeNull();
});

test('the name of a Linux distribution', () => {
  expect(prettyName('NAME="x"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe('Debian GNU/Linux 12 (bookworm)');
  expect(prettyName('PRETTY_NAME=Alpine\n')).toBe('Alpine');
  expect(prettyName('')).toBeNull();
});

describe.runIf(process.platform === 'linux')('sensors under a /sys', () => {
  let sys = '';
  beforeEach(() => (sys = mkdtempSync(join(tmpdir(), 'crivo-sys-'))));
  afterEach(() => rmSync(sys, { recursive: true }));
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(sys, path)), { recursive: true });
    writeFileSync(join(sys, path), `${content}\n`);
  };

  test("the hottest of the CPU's own sensors, not the disk's", async () => {
    put('class/hwmon/hwmon0/name', 'nvme');
    put('class/hwmon/hwmon0/temp1_input', '70000');
    put('class/hwmon/hwmon1/name', 'coretemp');
    put('class/hwmon/hwmon1/temp1_input', '48000');
    put('class/hwmon/hwmon1/temp2_input', '51500');
    put('class/hwmon/hwmon1/temp2_label', 'Core 0');
    expect(await readCpuTemperature(sys)).toBe(51.5);
  });
  test('a thermal zone where no sensor is the CPU’s, and null where nothing is there', async () => {
    expect(await readCpuTemperature(sys)).toBeNull();
    put('class/thermal/thermal_zone0/type', 'acpitz');
    put('class/thermal/thermal_zone0/temp', '27800');
    put('class/thermal/thermal_zone1/type', 'x86_pkg_temp');
    put('class/thermal/thermal_zone1/temp', '45000');
    expect(await readCpuTemperature(sys)).toBe(45);
  });
  test('the mean frequency of the cores; of cpuinfo where there is no driver; else null', async () => {
    put('cpuinfo', 'cpu MHz\t\t: 2600.000\nmodel: x\ncpu MHz\t\t: 2400.5');
    expect(await readCpuFrequency(sys, join(sys, 'cpuinfo'))).toBe(2500);
    put('devices/system/cpu/cpu0/cpufreq/scaling_cur_freq', '3000000');
    put('devices/system/cpu/cpu1/cpufreq/scaling_cur_freq', '1000000');
    put('devices/system/cpu/cpufreq/boost', '1');
    expect(await readCpuFrequency(sys, join(sys, 'cpuinfo'))).toBe(2000);
    expect(await readCpuFrequency(join(sys, 'none'), join(sys, 'none'))).toBeNull();
  });
  test("amdgpu's load, memory and temperature", async () => {
    expect(await readAmdGpu(sys)).toBeNull();
    put('class/drm/card0/device/vendor', '0x8086');
    put('class/drm/card1/device/gpu_busy_percent', '37');
    put('class/drm/card1/device/mem_info_vram_used', '1048576');
    put('class/drm/card1/device/hwmon/hwmon5/temp1_input', '60000');
    expect(await readAmdGpu(sys)).toEqual({ load: 0.37, memoryUsedBytes: 1048576, temperatureC: 60 });
  });
});

test('a reading of this machine: a load within 0 and 1, some memory in use', async () => {
  const reading = await createTelemetry(systemClock)();
  expect(reading.cpuLoad).toBeGreaterThanOrEqual(0);
  expect(reading.cpuLoad).toBeLessThanOrEqual(1);
  expect(reading.memoryUsedBytes).toBeGreaterThan(1e6);
  expect(reading.memoryUsedBytes).toBeLessThan(reading.memoryTotalBytes!);
});
