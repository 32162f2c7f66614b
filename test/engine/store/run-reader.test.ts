import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { silentLogger } from '../../../main/engine/ports.ts';
import { readOnThread } from '../../../main/engine/store/run-reader.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { fillWithRuns } from '../../fixtures/many-runs.ts';
import {
  exampleSweep,
  handClock,
  measureAll,
  temporaryFolder,
  temporaryStore,
} from '../../fixtures/temporary-store.ts';

const readerEntry = join(import.meta.dirname, '../../../main/engine/store/reader-entry.ts');

test('the thread answers as the reads on this thread do', async () => {
  const here = temporaryStore();
  await here.sweeps.create(exampleSweep([plannedCell(), plannedCell({ batchSize: 4 })], { rounds: 2 }));
  const ids = await measureAll(here);
  const { folder } = here;
  const thread = readOnThread(readerEntry, folder);
  expect(await thread.query({ where: 'batch:4', baselineRunId: ids[0]! })).toEqual(
    await here.runs.query({ where: 'batch:4', baselineRunId: ids[0]! }),
  );
  expect(await thread.facets('batch:4')).toEqual(await here.runs.facets('batch:4'));
  expect(await thread.samples(ids[0]!, { limit: 10 })).toEqual(await here.runs.samples(ids[0]!, { limit: 10 }));
  const [file, same] = [join(folder, 'a.csv'), join(folder, 'b.csv')];
  const query = { sort: [{ column: 'p50' }] };
  expect(await thread.exportTo({ query, format: 'csv', file })).toEqual(
    await here.runs.exportTo({ query, format: 'csv', file: same }),
  );
  expect(readFileSync(file, 'utf8')).toBe(readFileSync(same, 'utf8'));
  await thread.close();
});

test('the thread sees what was committed a moment ago', async () => {
  const folder = temporaryFolder();
  const store = openStore({ folder, clock: handClock(), logger: silentLogger, readerEntry });
  expect((await store.runs.query({})).total).toBe(0);
  await store.sweeps.create(exampleSweep([plannedCell()]));
  const ids = await measureAll(store);
  expect((await store.runs.query({})).rows.map(({ id }) => id)).toEqual(ids);
  await store.close();
});

test('expected failures cross from the thread as they are', async () => {
  const { folder } = temporaryStore();
  const thread = readOnThread(readerEntry, folder);
  await expect(thread.query({ where: 'modell:x' })).rejects.toMatchObject({
    name: 'CrivoError',
    kind: 'invalid-input',
  });
  await expect(thread.samples(9, {})).rejects.toMatchObject({
    kind: 'not-found',
    message: expect.stringContaining('There is no run 9') as string,
  });
  const unwritable = join(folder, 'none', 'a.csv');
  await expect(thread.exportTo({ query: {}, format: 'csv', file: unwritable })).rejects.toMatchObject({
    kind: 'storage',
  });
  await thread.close();
  await expect(readOnThread(readerEntry, join(folder, 'none')).query({})).rejects.toMatchObject({ kind: 'storage' });
});

test('closing ends what is being read with a reason', async () => {
  const folder = temporaryFolder();
  await fillWithRuns(folder, { runs: 2_000, samplesPerRun: 11 });
  const thread = readOnThread(readerEntry, folder);
  const ended = expect(
    thread.exportTo({ query: {}, format: 'json', file: join(folder, 'a.json') }),
  ).rejects.toMatchObject({ kind: 'cancelled' });
  await thread.close();
  await ended;
});

test('this thread goes on while the other reads', async () => {
  const folder = temporaryFolder();
  await fillWithRuns(folder, { runs: 5_000, samplesPerRun: 11 });
  const thread = readOnThread(readerEntry, folder);
  await thread.query({ limit: 1 });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await thread.exportTo({ query: {}, format: 'csv', file: join(folder, 'a.csv') });
  delay.disable();
  expect(delay.count).toBeGreaterThan(10);
  await thread.close();
});
