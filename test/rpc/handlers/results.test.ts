import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../../shared/contract.ts';
import { resultsHandlers } from '../../../main/rpc/handlers/results.ts';
import { settingsHandlers } from '../../../main/rpc/handlers/settings.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { exampleSweep, measureAll, temporaryStore } from '../../fixtures/temporary-store.ts';

test('the results calls answer from the store', async () => {
  const store = temporaryStore();
  const handlers = resultsHandlers(store);
  await store.sweeps.create(exampleSweep([plannedCell(), plannedCell({ batchSize: 4 })]));
  const [id] = await measureAll(store);
  expect(handlers['results.annotate']({ ids: [id!], tags: ['kept'] })).toBeNull();
  expect(await handlers['results.query']({ where: 'tag:kept' })).toMatchObject({ total: 1, rows: [{ id }] });
  expect((await handlers['results.facets']({})).find(({ column }) => column === 'tag')?.values).toEqual([
    { value: 'kept', count: 1 },
  ]);
  expect(handlers['results.run']({ id: id! }).run.id).toBe(id);
  expect((await handlers['results.samples']({ id: id!, limit: 3, sorted: true })).samplesMs).toHaveLength(3);
  const file = join(store.folder, 'a.csv');
  expect((await handlers['results.export']({ query: {}, format: 'csv', file })).rows).toBe(2);
});

test('a changed setting is told to every window', () => {
  const events: EngineEvent[] = [];
  const handlers = settingsHandlers(temporaryStore(), (event) => events.push(event));
  const settings = handlers['settings.update']({ changes: { language: 'pt-BR' } });
  expect(events).toEqual([{ type: 'settings-changed', settings }]);
  expect(handlers['settings.get']()).toEqual(settings);
});
