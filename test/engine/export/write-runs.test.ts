import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Measurement } from '../../../shared/measurement.ts';
import { csvHeader, csvRecords } from '../../../main/engine/export/csv.ts';
import type { ExportColumn } from '../../../main/engine/export/run-columns.ts';
import { streamRuns } from '../../../main/engine/export/write-runs.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { exampleEnvironment, plannedCell } from '../../fixtures/example-run.ts';
import { exampleSweep, measureAll, temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

type Row = Readonly<Record<string, string>>;
const rowsOf = (csv: string): readonly Row[] => parse(csv, { columns: true, record_delimiter: '\r\n' }) as Row[];

async function threeRuns(): Promise<Store> {
  const store = temporaryStore();
  const variant = plannedCell({ variant: 'int8', recipeHash: 'a'.repeat(64), batchSize: 4 });
  const skipped = {
    ...plannedCell({ provider: 'cuda' }),
    skipped: { reason: 'The provider is not here.', cure: 'Install it.' },
  };
  await store.sweeps.create(exampleSweep([plannedCell(), variant, skipped]));
  const [, second] = await measureAll(store, (position) => 4 / (1 + position));
  store.runs.annotate({
    ids: [second!],
    tags: ['a', 'b c'],
    note: '=HYPERLINK("http://example.com"),\r\n"quoted" – ação',
  });
  return store;
}

test('a CSV has the familiar columns, blanks for what is not valid, and reads back the same', async () => {
  const store = await threeRuns();
  const file = join(temporaryFolder(), 'runs.csv');
  const reply = await store.runs.exportTo({
    query: { sort: [{ column: 'run' }], baselineRunId: 2 },
    format: 'csv' as const,
    file,
  });
  const csv = readFileSync(file, 'utf8');
  expect(reply).toEqual({ rows: 3, sizeBytes: Buffer.byteLength(csv) });
  const [skipped, first, second] = rowsOf(csv);
  const { rows } = await store.runs.query({ sort: [{ column: 'run' }] });
  expect(Object.keys(first!).slice(0, 7)).toEqual([
    'model',
    'variant',
    'precision',
    'execution_provider',
    'device',
    'batch_size',
    'intra_op_threads',
  ]);
  expect(first).toMatchObject({
    ...{
      model: 'digits-resnet',
      variant: 'original',
      recipe: '',
      recipe_hash: '',
      batch_size: '1',
      samples: '200',
      status: 'done',
      error: '',
    },
    ...{
      'p50 latency (ms)': String(rows[1]!.p50Ms),
      'p99.9 latency (ms)': '',
      'peak RAM (MB)': '182',
      'size (MB)': '0.398',
      'ep nodes': '38',
      'ep nodes total': '40',
    },
    ...{
      speedup: '1',
      'accuracy ratio': '1',
      accuracy: '98.75',
      stable: 'yes',
      noisy: 'no',
      started_at: '2026-11-24T08:00:00.000Z',
      round: '1',
      seed: '7',
    },
    ...{
      cpu: exampleEnvironment.cpuModel,
      isa: 'avx2 avx512f avx512_vnni',
      gpu: '',
      onnxruntime_version: '1.30.0',
      virtualized: 'no',
    },
  });
  expect(second).toMatchObject({
    recipe: 'int8',
    recipe_hash: 'a'.repeat(64),
    tags: 'a; b c',
    note: `'=HYPERLINK("http://example.com"),\r\n"quoted" – ação`,
  });
  expect(Number(second?.speedup)).toBeCloseTo(2, 1);
  expect(skipped).toMatchObject({
    status: 'skipped',
    error: 'The provider is not here. Install it.',
    samples: '',
    'p50 latency (ms)': '',
    'size (MB)': '',
    noisy: '',
    speedup: '',
  });
});

test('a JSON export carries the same names and the whole measurement', async () => {
  const store = await threeRuns();
  const file = join(temporaryFolder(), 'runs.json');
  await store.runs.exportTo({ query: { sort: [{ column: 'run' }] }, format: 'json', file });
  const rows = JSON.parse(readFileSync(file, 'utf8')) as (Record<string, unknown> & {
    measurement: Measurement | null;
  })[];
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatchObject({ status: 'skipped', 'p50 latency (ms)': null, noisy: null, measurement: null });
  expect(rows[1]).toMatchObject({ model: 'digits-resnet', batch_size: 1, noisy: false, run_id: 2 });
  expect(rows[1]?.measurement).toEqual(store.runs.get(2).run.measurement);
  expect(rows[2]?.note).toMatch(/^=HYPERLINK/);
});

test('only the rows of the query and the columns asked for are written, by their names or by fields of the table', async () => {
  const store = await threeRuns();
  const writable = new PassThrough();
  const request = {
    query: { where: 'status:done', sort: [{ column: 'p50' }] },
    format: 'csv' as const,
    columns: ['run_id', 'p50Ms', 'model'],
  };
  const [csv, rows] = await Promise.all([text(writable), streamRuns(store.runs, { ...request, writable })]);
  expect(rows).toBe(2);
  expect(csv.split('\r\n').map((line) => line.split(',')[0])).toEqual(['run_id', '3', '2', '']);
  expect(csv.split('\r\n')[0]).toBe('run_id,p50 latency (ms),model');
  await expect(
    streamRuns(store.runs, { ...request, columns: ['modell'], writable: new PassThrough() }),
  ).rejects.toThrow(/no column "modell"; did you mean "model"\?/);
});

test('an export of nothing is a header, or an empty list', async () => {
  const store = temporaryStore();
  const written = async (format: 'csv' | 'json'): Promise<string> => {
    const writable = new PassThrough();
    const [content] = await Promise.all([text(writable), streamRuns(store.runs, { query: {}, format, writable })]);
    return content;
  };
  expect((await written('csv')).split('\r\n')).toHaveLength(2);
  expect(JSON.parse(await written('json'))).toEqual([]);
});

test('text that a spreadsheet would run is quoted; numbers are not', () => {
  const values = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'plain', 'a=b', ''];
  const columns: readonly ExportColumn[] = [...values, -1.5, null, true].map((value, index) => ({
    name: String(index),
    value: () => value,
  }));
  const [cells] = parse(csvRecords(columns, [undefined as never]), { record_delimiter: '\r\n' }) as string[][];
  expect(cells).toEqual(["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\rx", 'plain', 'a=b', '', '-1.5', '', 'yes']);
});

test('any text and number reads back as it was written', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', ',', '\n', '\r\n', 'é,"\n', ' '),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 6 }), (values) => {
      const columns: readonly ExportColumn[] = values.map((each, index) => ({ name: `c${index}`, value: () => each }));
      const [names, cells] = parse(csvHeader(columns) + csvRecords(columns, [undefined as never]), {
        record_delimiter: '\r\n',
      }) as [string[], string[]];
      expect(names).toEqual(columns.map(({ name }) => name));
      const unguarded = cells.map((cell, index) =>
        typeof values[index] === 'string' ? cell.replace(/^'(?=[=+\-@\t\r])/, '') : Number(cell),
      );
      expect(unguarded).toEqual(values.map((each) => (Object.is(each, -0) ? 0 : each)));
    }),
  );
});

test('no half file is left under the name or beside it', async () => {
  const store = await threeRuns();
  const folder = temporaryFolder();
  const file = join(folder, 'runs.csv');
  await expect(store.runs.exportTo({ query: { where: 'batch:x' }, format: 'csv', file })).rejects.toMatchObject({
    kind: 'invalid-input',
  });
  mkdirSync(file);
  await expect(store.runs.exportTo({ query: {}, format: 'csv', file })).rejects.toMatchObject({
    kind: 'storage',
    message: expect.stringContaining(`The file ${file} can't be written`) as string,
  });
  expect(readdirSync(folder)).toEqual(['runs.csv']);
});

test('a full disk ends an export with one sentence', async () => {
  const store = await threeRuns();
  const full = new Writable({
    write: (_chunk, _encoding, done) => {
      done(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
    },
  });
  await expect(streamRuns(store.runs, { query: {}, format: 'csv', writable: full })).rejects.toMatchObject({
    code: 'ENOSPC',
  });
});
