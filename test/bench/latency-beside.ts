/** What a process that works costs a model that is measured meanwhile. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { ratioOfTimes } from '../../main/engine/passes/time-by-turns.ts';
import { openSession } from '../../main/inference/session.ts';
import type { Estimate } from '../../shared/measurement.ts';
import { starterModel } from '../fixtures/cells.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const rounds = 300;
const turnMs = 100;

/**
 * Latency while the process works over that while it is stopped, in turns so short that what changes the speed of the machine
 * meets both alike. The process goes on when this is done.
 */
async function latencyBeside(process: ChildProcess): Promise<Estimate> {
  const model = await openSession(starterModel('digits-squeezenet'), { threads: 1 });
  const image = { elementType: 'float32', shape: [1, 1, 28, 28], values: new Float32Array(28 * 28) } as const;
  const medianMs = async (signal: 'SIGCONT' | 'SIGSTOP'): Promise<number> => {
    process.kill(signal);
    const samples: number[] = [];
    const endMs = performance.now() + turnMs;
    for (let began = performance.now(); began < endMs; began = performance.now()) {
      await model.run({ image });
      samples.push(performance.now() - began);
    }
    return median(samples);
  };
  try {
    await medianMs('SIGCONT');
    const [besideMs, aloneMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      if (round % 2 === 0) besideMs.push(await medianMs('SIGCONT'));
      aloneMs.push(await medianMs('SIGSTOP'));
      if (round % 2 === 1) besideMs.push(await medianMs('SIGCONT'));
    }
    const ratio = ratioOfTimes(besideMs, aloneMs);
    if (ratio.value === null) throw new Error(ratio.reason);
    return ratio;
  } finally {
    process.kill('SIGCONT');
    await model.release();
  }
}

/** By how much latency moves beside a program of Node, at most `target` %, decided by the upper end of the ratio's 95% interval. */
export async function movedBy(what: string, target: number, program: readonly string[]): Promise<BenchFigure> {
  const child = spawn(process.execPath, program, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    const ratio = await latencyBeside(child);
    return {
      ...{ name: `latency moved by ${what}, upper end of its 95% interval`, value: 100 * (ratio.high - 1) },
      ...{ unit: '%', target, better: 'lower', note: besideNote(ratio) },
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** `300 pairs of turns of 100 ms: 0.1%, -0.2% to 0.5%` */
const besideNote = ({ value, low, high }: Estimate): string =>
  `${rounds} pairs of turns of ${turnMs} ms: ${moved(value)}, ${moved(low)} to ${moved(high)}`;

const moved = (ratio: number): string => `${(100 * (ratio - 1)).toFixed(1)}%`;
