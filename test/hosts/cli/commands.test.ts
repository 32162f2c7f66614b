/** The commands as a person uses them, on real models and real processes. */
import { parse } from 'csv-parse/sync';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RunRow, SweepSummary } from '../../../shared/sweep.ts';
import { builtCrivo } from '../../fixtures/built.ts';
import { briefMeasure } from '../../fixtures/cells.ts';
import { endStarted, runCrivo, startCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd, RunningCrivo } from '../../fixtures/crivo.ts';
import { endlessModel, greedyModel } from '../../fixtures/faulty-models.ts';

let bin: string;
let folder: string;
let data: string;
const removals: (() => void)[] = [];

const crivo = (...args: string[]): Promise<CrivoEnd> => runCrivo(bin, ['--data', data, ...args]);
const start = (...args: string[]): RunningCrivo => startCrivo(bin, ['--data', data, ...args]);
const json = async <Value>(...args: string[]): Promise<Value> => JSON.parse((await crivo(...args)).stdout) as Value;
const sweeps = (): Promise<readonly SweepSummary[]> => json('queue', 'list', '--json');

/** A sweep of digits-squeezenet whose cells take some tens of ms, changed as given. */
function sweepFile(name: string, changes: object = {}): string {
  const file = join(folder, `${name}.yml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ name, models: ['digits-squeezenet'], measure: briefMeasure, ...changes }));
  return file;
}

beforeAll(async () => {
  bin = await builtCrivo();
  folder = temporaryFolder((remove) => removals.push(remove));
  data = join(folder, 'data');
}, 120_000);
afterEach(endStarted);
afterAll(() => removals.forEach((remove) => remove()));

test('help names every command, and a group alone shows its own', async () => {
  const { code, stdout, stderr } = await runCrivo(bin, []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of ['doctor', 'model', 'optimize', 'sweep', 'queue', 'results', 'serve'])
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  const group = await runCrivo(bin, ['sweep']);
  expect(group).toMatchObject({ code: 2, stdout: '' });
  expect(group.stderr).toMatch(/^Usage: crivo sweep/);
  expect(group.stderr).not.toMatch(/outputHelp|crivo: /);
});

test('doctor proves the cpu, and gives a reason and a cure for what can not be used', async () => {
  const report = await json<{ providers: { name: string; state: string; reason?: string; cure?: string }[] }>(
    'doctor',
    '--json',
  );
  expect(report.providers.find(({ name }) => name === 'cpu')).toMatchObject({ state: 'working' });
  const unusable = report.providers.filter(({ state }) => state === 'unusable');
  expect(unusable.length).toBeGreaterThan(0);
  for (const { reason, cure } of unusable)
    expect([reason, cure]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  const { stdout } = await crivo('doctor');
  for (const { name } of report.providers) expect(stdout).toContain(name);
  // No colour and nothing drawn over itself where nobody looks.
  expect(stdout).not.toContain('\u001b');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
});

test('a sweep runs to a table, a CSV and JSON that agree', async () => {
  const csv = join(folder, 'runs.csv');
  const file = sweepFile('agree', { batchSizes: [1, 2], dataset: 'digits', rounds: 2 });
  const end = await crivo('sweep', 'run', file, '--csv', csv, '--json', join(folder, 'runs.json'));
  expect(end.code).toBe(0);
  expect(end.stderr).toMatch(/^4\/4 {2}digits-squeezenet cpu batch \d, 1 thread, round \d: /m);
  expect(end.stderr).toContain(`4 rows written to ${csv}`);
  expect(end.stderr).toMatch(/npm start.*crivo serve/);
  expect(end.stderr + end.stdout).not.toContain('\u001b');
  expect(end.stdout.trimEnd().split('\n')).toHaveLength(5);
  const records: Record<string, string>[] = parse(readFileSync(csv), { columns: true, bom: true });
  expect(records.map((record) => `${record['batch_size']} ${record['round']}`).sort()).toEqual([
    '1 1',
    '1 2',
    '2 1',
    '2 2',
  ]);
  for (const record of records) {
    expect(record).toMatchObject({ model: 'digits-squeezenet', status: 'done' });
    expect(Number(record['accuracy'])).toBeGreaterThan(95);
  }
  expect(JSON.parse(readFileSync(join(folder, 'runs.json'), 'utf8'))).toHaveLength(4);
  const printed = await crivo('results', '--where', 'batch:2', '--csv', '-');
  expect(printed.stderr).toBe('');
  expect(parse(printed.stdout, { columns: true })).toHaveLength(2);
});

test('a cell that hangs and one that exceeds its memory fail with the reason; the others are measured, exit 1', async () => {
  writeFileSync(join(folder, 'endless.onnx'), endlessModel());
  writeFileSync(join(folder, 'greedy.onnx'), greedyModel());
  const file = sweepFile('faulty', {
    models: ['./endless.onnx', './greedy.onnx', 'digits-squeezenet'],
    batchSizes: [1, 2],
    cellDeadlineSeconds: 5,
    cellMemoryMb: 450,
  });
  const end = await crivo('sweep', 'run', file);
  expect(end.code).toBe(1);
  expect(end.stderr).toContain('2 of 6 runs failed');
  const rows = await json<readonly RunRow[]>('results', '--where', 'sweep:faulty status:failed', '--json', '-');
  expect(rows).toHaveLength(2);
  const failures = await crivo('results', '--where', 'sweep:faulty status:failed');
  expect(failures.stdout).toMatch(/deadline/);
  expect(failures.stdout).toMatch(/memory/);
});

test('a sweep of several scenarios tells them apart, and the highest rate that keeps the bound', async () => {
  const file = sweepFile('served', {
    scenarios: [{ offline: { processes: [1, 2] } }, { server: { qps: [20, 1_000_000], latencyBoundMs: 250 } }],
    measure: { ...briefMeasure, minDurationMs: 600 },
  });
  expect((await crivo('sweep', 'plan', file)).stdout).toMatch(/ server, 20\/s, bound 250 ms .*\n.* server, 1000000\/s/);
  const end = await crivo('sweep', 'run', file);
  expect(end.code).toBe(0);
  for (const scenario of ['offline, 1 process', 'offline, 2 processes', 'server, 20/s, bound 250 ms'])
    expect(end.stdout).toContain(` ${scenario} `);
  const kept = 'digits-squeezenet cpu batch 1, 1 thread: keeps 250 ms up to 20 queries/s, but not at 1000000';
  expect(end.stderr.split('\n')).toContain(kept);
  const [{ id }] = (await sweeps()) as [SweepSummary];
  expect((await crivo('results', '--sweep', String(id))).stderr.split('\n')).toContain(kept);
});

test.runIf(process.platform === 'linux')(
  'a cell that crashes fails with the reason; the others are measured, exit 1',
  async () => {
    const measure = { ...briefMeasure, minDurationMs: 1_000, maxDurationMs: 1_000 };
    const file = sweepFile('crashing', { batchSizes: [1, 2, 4], measure, control: false, remeasureNoisy: 0 });
    const running = start('sweep', 'run', file);
    await running.saying(/^1\/3 /m);
    await expect.poll(() => cellsOf(running.child.pid!), { timeout: 20_000, interval: 20 }).toHaveLength(1);
    for (const pid of cellsOf(running.child.pid!)) process.kill(pid, 'SIGSEGV');
    const end = await running.ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/^2\/3 .*failed: The cell failed: .*crashed \(SIGSEGV\)/m);
    expect(end.stderr).toMatch(/^3\/3 .*: [\d.]+ [mµ]s$/m);
    expect(end.stderr).toMatch(/^1 failed: The cell failed: .*crashed \(SIGSEGV\).*\.$/m);
    expect(end.stderr).toMatch(/^1 of 3 runs failed; "crivo queue retry \d+" lets them wait again\.$/m);
    expect(end.stderr).not.toMatch(/\bat .+:\d+:\d+/);
  },
);

/** Process ids of the cells that a crivo has started and that still run. */
const cellsOf = (pid: number): readonly number[] =>
  execFileSync('ps', ['-o', 'pid=,ppid=,args=', '-A'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [own = '', parent = '', ...args] = line.trim().split(/ +/);
      return Number(parent) === pid && args.some((arg) => arg.endsWith('cell.js')) ? [Number(own)] : [];
    });

test('Ctrl-C keeps what is done and says how to go on; "queue run" does the rest, each once', async () => {
  const file = sweepFile('interrupted', { batchSizes: [1, 2, 3, 4], rounds: 3, control: false, remeasureNoisy: 0 });
  const first = start('sweep', 'run', file);
  await first.saying(/^2\/12 /m);
  first.child.kill('SIGINT');
  const stopped = await first.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/Stopped; what is measured is kept\. "crivo queue run" goes on/);
  const kept = (await sweeps())[0]!;
  expect(kept.counts).toMatchObject({ running: 0, failed: 0, cancelled: 0 });
  expect(kept.counts.done).toBeGreaterThanOrEqual(2);
  expect(kept.counts.done + kept.counts.waiting).toBe(12);
  expect((await crivo('queue', 'run')).code).toBe(0);
  const { stdout } = await crivo('results', '--sweep', String(kept.id), '--csv', '-');
  const records: Record<string, string>[] = parse(stdout, { columns: true });
  expect(new Set(records.map((record) => `${record['batch_size']} ${record['round']}`)).size).toBe(12);
  expect(records).toHaveLength(12);
});

test('a second crivo says who works through the queue and leaves nothing behind; reading goes on', async () => {
  const long = start(
    'sweep',
    'run',
    sweepFile('long', { measure: { ...briefMeasure, minDurationMs: 60_000, maxDurationMs: 60_000 } }),
  );
  await long.saying(/^Sweep \d+ "long"/m);
  await expect.poll(async () => (await sweeps())[0]?.state, { timeout: 20_000 }).toBe('running');
  const before = (await sweeps()).map(({ id }) => id);
  const second = await crivo('sweep', 'run', sweepFile('second'));
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(
    new RegExp(`^crivo: Another crivo \\(process ${long.child.pid}, since [^)]+\\) works through the queue`, 'm'),
  );
  expect((await crivo('queue', 'run')).code).toBe(2);
  expect((await sweeps()).map(({ id }) => id)).toEqual(before);
  expect((await crivo('results')).code).toBe(0);
  long.child.kill('SIGTERM');
  expect((await long.ended).code).toBe(143);
  expect((await crivo('queue', 'cancel', String(before[0]))).code).toBe(0);
  expect((await sweeps())[0]).toMatchObject({ state: 'cancelled' });
});

test('a sweep is queued for the night, cancelled, and taken up again', async () => {
  const file = sweepFile('night', { threads: [2 * availableParallelism()] });
  const queued = await crivo('sweep', 'queue', file, '--at', '01:00', '--until', '07:00');
  expect(queued.code).toBe(0);
  expect(queued.stderr).toMatch(/^Note: Cells with \d+ threads run, but this machine has/m);
  const [night] = await sweeps();
  expect(night).toMatchObject({ name: 'night', state: 'scheduled' });
  const [startsAt, untilAt] = [new Date(night!.startsAt!), new Date(night!.untilAt!)];
  expect([startsAt.getHours(), untilAt.getHours()]).toEqual([1, 7]);
  expect(untilAt.getTime()).toBeGreaterThan(startsAt.getTime());
  expect((await crivo('queue', 'cancel', String(night!.id))).code).toBe(0);
  expect((await crivo('queue', 'retry', String(night!.id))).stdout).toMatch(/1 runs? waits?/);
  expect((await crivo('queue', 'cancel', String(night!.id))).code).toBe(0);
  expect((await crivo('queue', 'list')).stdout).toMatch(/night +cancelled/);
});

test.skipIf(process.platform === 'win32')('a reader that leaves early ends it quietly', () => {
  const end = spawnSync(
    'sh',
    ['-c', '"$0" "$@" | head -c 10', process.execPath, bin, '--data', data, 'results', '--json', '-'],
    {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  expect(end.stdout).toHaveLength(10);
  expect(end.stderr).toBe('');
});

test('serve prints a link that works once, and closes cleanly on SIGTERM', async () => {
  const server = start('serve', '--port', '0');
  const [url = ''] = await server.saying(/http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/);
  const first = await get(url);
  expect(first.status).toBe(303);
  const page = await get(new URL('/', url).href, first.cookie);
  expect(page.status).toBe(200);
  expect(page.body).toContain('<title>');
  expect((await get(url)).status).toBe(403);
  const taken = await crivo('serve', '--port', new URL(url).port);
  expect(taken.code).toBe(2);
  expect(taken.stderr).toMatch(/^crivo: Port \d+ is taken by another program; [^\n]+\n$/);
  server.child.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
});

interface Page {
  readonly status: number;
  readonly cookie: string;
  readonly body: string;
}

function get(url: string, cookie = ''): Promise<Page> {
  return new Promise((resolve, reject) => {
    request(url, { headers: cookie === '' ? {} : { cookie } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        const [set = ''] = response.headers['set-cookie'] ?? [];
        resolve({ status: response.statusCode ?? 0, cookie: set.split(';')[0]!, body });
      });
    })
      .on('error', reject)
      .end();
  });
}
