import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineEvent, Handlers } from '../../../shared/contract.ts';
import { silentLogger } from '../../../main/engine/ports.ts';
import { createLibrary } from '../../../main/engine/library/library.ts';
import { createTasks } from '../../../main/engine/tasks.ts';
import { callThrough, createDispatch } from '../../../main/rpc/dispatch.ts';
import { modelHandlers } from '../../../main/rpc/handlers/models.ts';
import { productModel, writeBuilt } from '../../fixtures/built-models.ts';
import { realModels, sourceJobs } from '../../fixtures/real-models.ts';
import { handClock, temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

function called() {
  const events: EngineEvent[] = [];
  const publish = (event: EngineEvent): void => void events.push(event);
  const jobs = sourceJobs();
  const tasks = createTasks(publish);
  const library = createLibrary({ store: temporaryStore(), jobs, publish, clock: handClock() });
  const call = callThrough(
    createDispatch(modelHandlers({ library, tasks, jobs }) as unknown as Handlers, silentLogger),
  );
  return { call, events, tasks };
}

test('models are added, listed, changed, drawn, removed and restored', async () => {
  const { call, events } = called();
  const path = writeBuilt(join(temporaryFolder(), 'product.onnx'), productModel());
  const { added } = await call('models.add', { paths: [path], taskId: 'adding' });
  const tasks = events.flatMap((event) => (event.type === 'task' ? [event.task.state] : []));
  expect([tasks[0], tasks.at(-1)]).toEqual(['running', 'done']);
  expect(await call('models.list', {})).toEqual(added);
  await call('models.update', { model: 'product', name: 'mine', tags: ['small'] });
  expect(await call('models.get', { model: 'mine' })).toMatchObject({ tags: ['small'], inspection: { macs: 12 } });
  const graph = await call('models.graph', { model: 'mine' });
  expect(graph.nodes.map(({ operator }) => operator)).toEqual(['Input', 'MatMul', 'Output']);
  await call('models.remove', { model: 'mine' });
  expect(await call('models.list', {})).toEqual([]);
  await call('models.restore', { sha256: added[0]!.sha256 });
  expect((await call('models.list', {})).map(({ name }) => name)).toEqual(['mine']);
  await expect(call('models.get', { model: 'nobody' })).rejects.toMatchObject({ kind: 'not-found' });
});

test('adding ends when its task is cancelled', async () => {
  const { call, events, tasks } = called();
  const adding = call('models.add', { paths: [realModels.recognition], taskId: 'adding' });
  tasks.cancel('adding');
  await expect(adding).rejects.toMatchObject({ kind: 'cancelled' });
  expect(events.at(-1)).toMatchObject({ type: 'task', task: { state: 'cancelled' } });
  expect(await call('models.list', {})).toEqual([]);
});
