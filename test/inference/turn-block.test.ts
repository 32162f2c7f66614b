/** Cells that take turns, each in a real process. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { TurnPlace } from '../../main/engine/ports.ts';
import type { CellRequest, RunOptions } from '../../main/engine/ports.ts';
import { briefMeasure, cellRequest, sourceRunner, starterModel } from '../fixtures/cells.ts';

const runner = sourceRunner();
const measure = { ...briefMeasure, minDurationMs: 200, maxDurationMs: 600 };
const endless = { ...briefMeasure, minDurationMs: 60_000, maxDurationMs: 60_000 };

const ended = (place: TurnPlace, request: CellRequest, options?: RunOptions) =>
  place.measure(request, options).then(
    (outcome) => ({ outcome, failure: null }),
    (error: { kind: string; message: string }) => ({ outcome: null, failure: error.kind }),
  );

test('cells take turns from first to last, in one block, and keep their own samples and figures', async () => {
  const models = ['digits-squeezenet', 'digits-resnet', 'digits-mobilenet'];
  const phases: string[] = [];
  const places = runner.takeTurns(models.length);
  const outcomes = await Promise.all(
    models.map((model, index) =>
      places[index]!.measure(cellRequest({ measure }, { modelPath: starterModel(model) }), {
        onProgress: ({ phase, samples }) => {
          if (samples === 0) phases.push(`${index} ${phase}`);
        },
      }),
    ),
  );
  for (const { measurement, samplesMs, ownMs } of outcomes) {
    const { turns, statistics, measuringMs, interference } = measurement;
    expect(turns).toMatchObject({ block: outcomes[0]!.measurement.turns!.block, others: 2 });
    expect(turns!.counts.reduce((sum, count) => sum + count, 0)).toBe(samplesMs.length);
    expect(statistics.count).toBe(samplesMs.length);
    expect(turns!.counts.length).toBeGreaterThan(8);
    expect(measuringMs).toBeGreaterThanOrEqual(measure.minDurationMs);
    expect(turns!.spanMs).toBeGreaterThan(2.5 * measuringMs);
    expect(ownMs).toBeGreaterThan(measuringMs);
    expect(interference).toEqual(outcomes[0]!.measurement.interference);
  }
  const counts = outcomes.map(({ measurement }) => measurement.turns!.counts.length);
  expect(Math.max(...counts) - Math.min(...counts)).toBe(0);
  // One opens and finishes at a time.
  const begun = ['opening', 'cold', 'warming', 'measuring'];
  expect(phases.slice(0, 12)).toEqual([0, 1, 2].flatMap((cell) => begun.map((phase) => `${cell} ${phase}`)));
  expect(phases.slice(12)).toEqual([0, 1, 2].flatMap((cell) => [`${cell} quality`, `${cell} placement`]));
});

test('the others go on without one that fails, one that leaves and one that is over its deadline', async () => {
  const places = runner.takeTurns(5);
  const slow = starterModel('digits-resnet');
  places[2]!.leave();
  const [good, missing, hasty, other] = await Promise.all([
    ended(places[0]!, cellRequest({ measure })),
    ended(places[1]!, cellRequest({ measure }, { modelPath: '/nowhere/net.onnx' })),
    ended(places[3]!, cellRequest({ measure: endless, batchSize: 8, deadlineMs: 1_500 }, { modelPath: slow })),
    ended(places[4]!, cellRequest({ measure })),
  ]);
  expect([good.failure, missing.failure, hasty.failure, other.failure]).toEqual([
    null,
    'invalid-model',
    'job-failed',
    null,
  ]);
  const [first, second] = [good.outcome!.measurement.turns!, other.outcome!.measurement.turns!];
  expect(first.block).toBe(second.block);
  expect(Math.abs(first.counts.length - second.counts.length)).toBeLessThanOrEqual(1);
});

test.runIf(process.platform === 'linux')(
  'a crash in the middle ends one cell, a cancel all, and no process stays',
  async () => {
    const children = (): number[] =>
      execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
        .split('\n')
        .flatMap((line) => (line.includes('cell-entry') ? [Number.parseInt(line, 10)] : []));
    const places = runner.takeTurns(3);
    const abort = new AbortController();
    let struck = false;
    const request = cellRequest({ measure: endless });
    const outcomes = await Promise.all([
      ended(places[0]!, request, {
        signal: abort.signal,
        onProgress: ({ samples }) => {
          if (samples === 0) return;
          if (struck) return abort.abort();
          struck = true;
          process.kill(children().at(-1)!, 'SIGSEGV');
        },
      }),
      ended(places[1]!, request, { signal: abort.signal }),
      ended(places[2]!, request, { signal: abort.signal }),
    ]);
    expect(outcomes.map(({ failure }) => failure)).toEqual(['cancelled', 'cancelled', 'job-failed']);
    expect(children()).toEqual([]);
  },
);
