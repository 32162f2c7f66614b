/** How far the machine leaves a benchmark alone. */
import { median } from './figure.ts';

export interface MachineNoise {
  /** Wall time of pure computing over the processor time it took: 1 where nothing else wants this core. */
  readonly stretch: number;
  /** The largest of those ratios. */
  readonly worst: number;
  /** Spread (max/min − 1) of the processor time of equal work, which frequency and caches cause. */
  readonly spread: number;
}

const readings = 21;
const rounds = 4_000_000;

/** Above this, wall times are those of a busy machine. */
export const busyStretch = 1.1;

/** Times the same computing many times over, some 0.2 s in all. */
export function readNoise(): MachineNoise {
  const ratios: number[] = [];
  const processorMs: number[] = [];
  compute();
  for (let reading = 0; reading < readings; reading += 1) {
    const before = process.cpuUsage();
    const began = performance.now();
    compute();
    const wallMs = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    const cpuMs = Math.max(0.001, (user + system) / 1_000);
    processorMs.push(cpuMs);
    ratios.push(wallMs / cpuMs);
  }
  const [least, most] = [Math.min(...processorMs), Math.max(...processorMs)];
  return { stretch: median(ratios), worst: Math.max(...ratios), spread: most / least - 1 };
}

function compute(): number {
  let state = 1;
  for (let round = 0; round < rounds; round += 1) state = Math.imul(state, 1_664_525) + 1_013_904_223;
  return state;
}

/** In one line, with what it means for the figures beside it. */
export function describeNoise({ stretch, worst, spread }: MachineNoise): string {
  const numbers = `computing takes ${stretch.toFixed(2)}× its processor time (worst ${worst.toFixed(2)}×), which spreads by ${Math.round(100 * spread)}%`;
  return stretch > busyStretch ? `BUSY: ${numbers}; wall times are too long by as much` : `quiet: ${numbers}`;
}
