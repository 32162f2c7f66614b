import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { openDatabase } from '../../main/engine/store/database.ts';
import { seededRandom } from '../fixtures/example-run.ts';
import { migrations } from '../fixtures/many-runs.ts';
import { sweepProcesses } from '../fixtures/sweep-processes.ts';
import type { MessageFromSweep, SweepProcesses } from '../fixtures/sweep-processes.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench } from '../fixtures/workbench.ts';

const kills = 30;
const rounds = 12;
/** A model as it is and optimized, two batch sizes. */
const cells = 4;
/** A run tells some ten steps, two that take turns twice as many: a life ends within one or two runs, or before any begins. */
const mostSteps = 20;
const random = seededRandom(2_026);

/** Lets one process work until a random step, and kills it at a random moment of what follows; its stored runs. */
async function liveAndDie(processes: SweepProcesses, folder: string): Promise<{ runs: number[]; killed: boolean }> {
  const child = processes.start(folder);
  const runs: number[] = [];
  let left = Math.floor(random() * mostSteps);
  const die = (withinMs: number): void => void setTimeout(() => child.kill('SIGKILL'), random() * withinMs);
  if (left === 0) die(400);
  child.on('message', (message: MessageFromSweep) => {
    if (message.type === 'stored') runs.push(message.runId);
    left -= 1;
    if (left === 0) die(50);
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { runs, killed: signal === 'SIGKILL' };
}

/** Lets one process work to the end. */
async function liveOn(processes: SweepProcesses, folder: string): Promise<MessageFromSweep | undefined> {
  const child = processes.start(folder);
  let last: MessageFromSweep | undefined;
  child.on('message', (message: MessageFromSweep) => (last = message));
  await once(child, 'exit');
  return last;
}

/** The rows of the CSV file: what names each, and the seed of its round. */
async function csvRows(
  folder: string,
): Promise<readonly { readonly name: string; readonly round: string; readonly seed: string }[]> {
  const workbench = await openedWorkbench(folder);
  const file = join(folder, 'results.csv');
  await workbench.call('results.export', { query: {}, format: 'csv', file });
  await workbench.close();
  const rows = parse(readFileSync(file, 'utf8'), { columns: true, bom: true }) as Record<string, string>[];
  const names = ['model', 'variant', 'execution_provider', 'batch_size', 'intra_op_threads', 'round', 'status'];
  return rows.map((row) => ({
    ...{ name: names.map((name) => row[name]).join(), round: row['round'] ?? '', seed: row['seed'] ?? '' },
  }));
}

test('killed at 30 random moments and resumed, a sweep holds every cell of every round exactly once', async () => {
  const folder = join(temporaryFolder(), 'data');
  const preparation = await openedWorkbench(folder);
  const { id } = await preparation.call('sweeps.queue', {
    yaml: briefSweep({
      models: ['digits-squeezenet'],
      variants: ['original', 'graph-extended'],
      batchSizes: [1, 2],
      rounds,
    }),
  });
  await preparation.close();
  const processes = await sweepProcesses();

  const told: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const { runs, killed } = await liveAndDie(processes, folder);
    told.push(...runs);
    expect(killed, `life ${kill + 1} ended by itself: the sweep is too short for this test`).toBe(true);
  }
  expect(await liveOn(processes, folder)).toEqual({ type: 'ended' });

  const workbench = await openedWorkbench(folder);
  const { rows, total } = await workbench.call('results.query', { limit: 1_000 });
  expect(total).toBe(cells * rounds);
  expect(new Set(rows.map(({ cellKey, round }) => `${cellKey} ${round}`)).size).toBe(cells * rounds);
  expect(rows.map(({ status, reason }) => reason ?? status)).toEqual(new Array(cells * rounds).fill('done'));
  // What a process said is stored, was stored.
  expect(told.filter((runId) => !rows.some((row) => row.id === runId))).toEqual([]);
  const { summary } = await workbench.call('sweeps.get', { id });
  expect(summary).toMatchObject({ state: 'done', counts: { done: cells * rounds, waiting: 0, running: 0, failed: 0 } });
  const jobs = await workbench.call('sweeps.jobs', { id });
  // The kills met runs under way, not only the pauses between them.
  expect(jobs.filter(({ attempts }) => attempts > 1).length).toBeGreaterThan(5);
  await workbench.close();

  const db = openDatabase(folder, migrations());
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  expect(readdirSync(join(folder, 'work'))).toEqual([]);
  expect(readdirSync(join(folder, 'artifacts')).filter((name) => !/^[0-9a-f]{2}$/.test(name))).toEqual([]);
  // Nobody sees in the file that there were kills: each cell of each round stands there once, with the seed of its round.
  const inFile = await csvRows(folder);
  const expected = Array.from({ length: rounds }, (_, index) =>
    ['original', 'graph-extended'].flatMap((variant) =>
      [1, 2].map((batch) => `digits-squeezenet,${variant},cpu,${batch},1,${index + 1},done`),
    ),
  ).flat();
  expect(inFile.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  expect(new Set(inFile.map(({ round, seed }) => `${round} ${seed}`)).size).toBe(rounds);
  expect(new Set(inFile.map(({ seed }) => seed)).size).toBe(rounds);
}, 300_000);
