import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { contract } from '../../shared/contract.ts';
import type { EngineEvent, MethodName, NumberedEvent } from '../../shared/contract.ts';
import { CrivoError } from '../../shared/errors.ts';
import { openWorkbench } from '../../main/hosts/open-workbench.ts';
import { locateProgram } from '../../main/hosts/paths.ts';
import type { Workbench } from '../../main/hosts/workbench.ts';
import type { Client } from '../../renderer/rpc/client.ts';
import { briefSweep, workThrough } from '../fixtures/workbench.ts';
import { contractTransports } from './transports.ts';
import type { ContractHost } from './transports.ts';

let folder: string;
let workbench: Workbench;
let runId: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crivo-contract-'));
  const dataFolder = join(folder, 'data');
  workbench = await openWorkbench({ dataFolder, program: locateProgram(), host: 'command line' });
  await workbench.call('sweeps.queue', { yaml: briefSweep({}) });
  await workThrough(workbench);
  const { rows } = await workbench.call('results.query', {});
  runId = rows[0]!.id;
}, 60_000);
afterAll(async () => {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls that need no input, no network, and change nothing, in no way that time changes. */
const readings = (Object.keys(contract) as MethodName[]).filter(
  (name) =>
    contract[name].input.safeParse({}).success &&
    !/^queue\.(start|pause)$|telemetry|diagnostics|cudaOffer|installCuda|logs?\b/.test(name),
);
const task = (taskId: string): EngineEvent => ({
  type: 'task',
  task: { taskId, title: '<b>ação</b>', state: 'running', fraction: 0.5, message: '' },
});

describe.each(contractTransports)('over $name', ({ host: openHost }) => {
  let host: ContractHost;
  let page: Client;
  beforeAll(async () => {
    host = await openHost(workbench, folder);
    page = host.openPage();
  });
  afterAll(async () => {
    page.close();
    await host.close();
  });

  /** A page that closes after the test. Who listens at once hears the first event. */
  function openPage(): Client {
    const opened = host.openPage();
    onTestFinished(() => opened.close());
    return opened;
  }
  const listeners = (count: number): Promise<void> =>
    expect.poll(() => workbench.hub.listeners(), { timeout: 10_000 }).toBe(count);

  /** Ids of the tasks that a page was told of, in order, and how often it had to fetch everything again. */
  function listen(client: Client): { readonly told: string[]; readonly resyncs: () => number } {
    const told: string[] = [];
    let resyncs = 0;
    client.on('task', ({ task: { taskId } }) => told.push(taskId));
    client.onResync(() => (resyncs += 1));
    return { told, resyncs: () => resyncs };
  }

  const publishAndHear = async (told: readonly string[], ids: readonly string[]): Promise<void> => {
    for (const id of ids) workbench.hub.publish(task(id));
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe(ids.at(-1));
  };

  test('each call reaches its handler, whose checks answer', async () => {
    for (const name of Object.keys(contract) as MethodName[]) {
      const failure = await page.call(name, { unheardOf: true } as never).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure, name).toBeInstanceOf(CrivoError);
      expect(failure).toMatchObject({ kind: 'invalid-input', message: expect.stringContaining(name) as string });
    }
    await expect(page.call('models.nothing' as never, {} as never)).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  test('results come as the engine gave them: rows, texts, numbers and blanks', async () => {
    expect(readings.length).toBeGreaterThan(8);
    for (const name of readings) {
      expect(await page.call(name, {}), name).toEqual(await workbench.call(name, {}));
    }
    const { run } = await page.call('results.run', { id: runId });
    expect(run).toEqual((await workbench.call('results.run', { id: runId })).run);
  });

  test('typed arrays come as typed arrays, every bit of them', async () => {
    const { samplesMs, count } = await page.call('results.samples', { id: runId });
    const sent = await workbench.call('results.samples', { id: runId });
    expect(samplesMs).toBeInstanceOf(Float64Array);
    expect(samplesMs.length).toBe(count);
    expect(samplesMs).toEqual(sent.samplesMs);
  });

  test('a call that changes something answers, and its event comes with the state', async () => {
    const heard = new Promise((resolve) => page.on('settings-changed', ({ settings }) => resolve(settings)));
    const theme = (await page.call('settings.get', {})).theme === 'dark' ? 'light' : 'dark';
    expect(await page.call('settings.update', { changes: { theme } })).toMatchObject({ theme });
    expect(await heard).toMatchObject({ theme });
    expect(await page.call('results.annotate', { ids: [runId], note: '<img src=x onerror=alert(1)>' })).toBeNull();
    expect((await page.call('results.run', { id: runId })).run.note).toBe('<img src=x onerror=alert(1)>');
  });

  test('failures keep kind, sentence and place', async () => {
    await expect(page.call('results.run', { id: 9_999 })).rejects.toMatchObject({ kind: 'not-found' });
    const yaml = 'name: n\nmodels: [digits-resnet]\nbatchSizes: [0]\n';
    const failure = await page.call('sweeps.plan', { yaml }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CrivoError);
    expect(failure).toMatchObject({ kind: 'invalid-input', line: 3 });
    await expect(page.call('results.query', { where: 'p50<' })).rejects.toMatchObject({
      ...{ kind: 'invalid-input', at: expect.any(Number) as number },
    });
    await expect(page.call('models.get', { model: 7 as never })).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  test('calls answer in their own order', async () => {
    // A process is started for this one.
    const slow = page.call('models.graph', { model: 'digits-resnet' });
    expect(await page.call('queue.state', {})).toMatchObject({ running: false });
    const many = await Promise.all(Array.from({ length: 50 }, () => page.call('models.list', {})));
    expect(new Set(many.map(({ length }) => length)).size).toBe(1);
    expect((await slow).nodes.map(({ operator }) => operator)).toContain('Conv');
  });

  test('a long call tells how far it is under its id, and can be cancelled', async () => {
    const taskId = `int8 ${Math.random()}`;
    const states: string[] = [];
    const running = new Promise<void>((resolve) =>
      page.on('task', ({ task: told }) => {
        if (told.taskId !== taskId) return;
        states.push(told.state);
        resolve();
      }),
    );
    const made = page.call('variants.make', {
      model: 'digits-mobilenet',
      recipe: 'int8-static',
      dataset: 'digits',
      taskId,
    });
    const refused = expect(made).rejects.toMatchObject({ kind: 'cancelled' });
    await running;
    expect(await page.call('tasks.cancel', { taskId })).toBeNull();
    await refused;
    await expect.poll(() => states.at(-1), { timeout: 10_000 }).toBe('cancelled');
    expect(states[0]).toBe('running');
    await expect(page.call('tasks.cancel', { taskId })).rejects.toMatchObject({ kind: 'not-found' });
  });

  test('events come in order, each once, to every page', async () => {
    await listeners(1);
    const [one, two] = [listen(openPage()), listen(openPage())];
    const ids = Array.from({ length: 300 }, (_, index) => `t${index}`);
    await listeners(3);
    await publishAndHear(one.told, ids);
    await expect.poll(() => two.told.length, { timeout: 10_000 }).toBe(300);
    expect([one.told, two.told]).toEqual([ids, ids]);
    expect([one.resyncs(), two.resyncs()]).toEqual([0, 0]);
  });

  test('who comes late gets the present state first', async () => {
    const taskId = `late ${Math.random()}`;
    const made = page.call('variants.make', {
      model: 'digits-mobilenet',
      recipe: 'int8-static',
      dataset: 'digits',
      taskId,
    });
    const settled = made.catch(() => null);
    await new Promise<void>((resolve) => page.on('task', ({ task: told }) => told.taskId === taskId && resolve()));
    await listeners(1);
    const late = openPage();
    const first: string[] = [];
    const told = new Promise<void>((resolve) => {
      late.on('queue', ({ state }) => first.push(`queue of ${state.sweeps.length}`));
      late.on('task', (event) => (first.push(event.task.taskId), resolve()));
    });
    await told;
    expect(first).toEqual([`queue of ${(await workbench.call('queue.state', {})).sweeps.length}`, taskId]);
    await page.call('tasks.cancel', { taskId }).catch(() => null);
    await settled;
  });

  test('a page that is closed is told nothing more, and holds nothing', async () => {
    await listeners(1);
    const closed = openPage();
    const { told } = listen(closed);
    await listeners(2);
    closed.close();
    await listeners(1);
    await publishAndHear(listen(page).told, ['after']);
    expect(told).toEqual([]);
  });

  test('a lost connection comes back by itself and has missed nothing', async ({ skip }) => {
    if (host.loseConnections === null) return skip('connections of this transport can not be lost');
    await listeners(1);
    const client = openPage();
    const { told, resyncs } = listen(client);
    const states: string[] = [];
    client.onConnection((state) => states.push(state));
    await expect.poll(() => states.at(-1), { timeout: 10_000 }).toBe('open');
    await publishAndHear(told, ['before']);
    for (let time = 0; time < 3; time += 1) {
      const lost = client.call('models.graph', { model: 'digits-resnet' });
      const refused = expect(lost).rejects.toMatchObject({ kind: 'unavailable' });
      await client.call('queue.state', {});
      host.loseConnections();
      for (let event = 0; event < 20; event += 1) workbench.hub.publish(task(`${time}.${event}`));
      await refused;
      expect(await client.call('queue.state', {})).toMatchObject({ running: false });
    }
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe('2.19');
    const during = [0, 1, 2].flatMap((time) => Array.from({ length: 20 }, (_, event) => `${time}.${event}`));
    expect(told).toEqual(['before', ...during]);
    expect(resyncs()).toBe(0);
    expect(states.filter((state) => state === 'lost').length).toBeGreaterThanOrEqual(3);
    expect(states.at(-1)).toBe('open');
  });

  test('who was away for longer than events are kept is told to fetch again, and then the state', async ({ skip }) => {
    if (host.loseConnections === null) return skip('connections of this transport can not be lost');
    await listeners(1);
    const client = openPage();
    const { told, resyncs } = listen(client);
    await listeners(2);
    await publishAndHear(told, ['before']);
    host.loseConnections();
    for (let event = 0; event < 2_100; event += 1) workbench.hub.publish(task(`away ${event}`));
    const state = new Promise<void>((resolve) => client.on('queue', () => resolve()));
    await state;
    expect(told).toEqual(['before']);
    expect(resyncs()).toBe(1);
    await publishAndHear(told, ['after']);
    expect(resyncs()).toBe(1);
  });
});

test('ids of events rise by one', () => {
  const seen: NumberedEvent[] = [];
  onTestFinished(workbench.hub.subscribe(null, (event) => seen.push(event)));
  const [{ id: first } = { id: NaN }] = seen;
  for (const id of ['a', 'b', 'c']) workbench.hub.publish(task(id));
  expect(seen.slice(-3).map(({ id }) => id)).toEqual([first + 1, first + 2, first + 3]);
});
