import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { cpu } from 'systeminformation';
import type { Device } from '../../../shared/hardware.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { formatBytes } from '../../../shared/units.ts';
import { withDeadline } from './run-tool.ts';

/** What is known of the CPU, before it is a device. */
export interface Processor {
  readonly model: string;
  readonly vendor: string;
  readonly physicalCores: number;
  readonly logicalCores: number;
  readonly performanceCores: number | null;
  readonly efficiencyCores: number | null;
  readonly maxFrequencyMhz: number | null;
  readonly sources: readonly string[];
  readonly notes: readonly string[];
}

/** The CPU as the operating system and systeminformation tell it. */
export async function readProcessor(deadlineMs: number): Promise<Processor> {
  const first = cpus()[0]?.model.trim() ?? '';
  const logicalCores = Math.max(cpus().length, 1);
  try {
    const told = await withDeadline('The description of the CPU', deadlineMs, cpu());
    const mixed = (told.efficiencyCores ?? 0) > 0;
    return {
      model: first !== '' && first !== 'unknown' ? first : `${told.manufacturer} ${told.brand}`.trim() || 'unknown CPU',
      vendor: told.manufacturer || (/intel|amd|apple/i.exec(first)?.[0] ?? 'unknown vendor'),
      physicalCores: told.physicalCores > 0 ? told.physicalCores : logicalCores,
      logicalCores,
      performanceCores: mixed ? (told.performanceCores ?? null) : null,
      efficiencyCores: mixed ? (told.efficiencyCores ?? null) : null,
      maxFrequencyMhz: told.speedMax > 0 ? Math.round(told.speedMax * 1000) : null,
      sources: ['os', 'systeminformation'],
      notes: [],
    };
  } catch (error) {
    return {
      model: first || 'unknown CPU',
      vendor: 'unknown vendor',
      physicalCores: logicalCores,
      logicalCores,
      performanceCores: null,
      efficiencyCores: null,
      maxFrequencyMhz: null,
      sources: ['os'],
      notes: [say('coresAsLogical', { reason: error instanceof Error ? error.message : String(error) })],
    };
  }
}

/** The CPU as a device. */
export function processorDevice(processor: Processor, isa: readonly string[]): Device {
  const { physicalCores, logicalCores, performanceCores, efficiencyCores, maxFrequencyMhz } = processor;
  const limit = process.constrainedMemory();
  return {
    id: 'cpu-0',
    kind: 'cpu',
    name: processor.model,
    vendor: processor.vendor,
    memoryBytes: totalmem(),
    driver: null,
    software: false,
    sources: processor.sources,
    facts: {
      cores: `${physicalCores} physical, ${logicalCores} logical`,
      ...(performanceCores === null
        ? {}
        : { 'core types': `${performanceCores} performance, ${efficiencyCores ?? 0} efficiency` }),
      ...(availableParallelism() === logicalCores ? {} : { 'cores for this process': String(availableParallelism()) }),
      ...(limit > 0 && limit < totalmem() ? { 'memory for this process': formatBytes(limit) } : {}),
      ...(maxFrequencyMhz === null ? {} : { 'highest frequency': `${maxFrequencyMhz} MHz` }),
      isa: isa.length === 0 ? 'unknown' : isa.join(' '),
    },
  };
}

/** CPU 0's frequency governor (Linux), or null where the machine doesn't tell. */
export const readGovernor = (folder = '/sys/devices/system/cpu'): Promise<string | null> =>
  readFile(`${folder}/cpu0/cpufreq/scaling_governor`, 'utf8').then(
    (text) => text.trim() || null,
    () => null,
  );
