import { expect, test } from 'vitest';
import { exampleMeasurement, exampleSamples, plannedCell, seededRandom } from '../../fixtures/example-run.ts';
import { exampleSweep, measuredResult, temporaryStore } from '../../fixtures/temporary-store.ts';
import { compileRunFilter } from '../../../main/engine/store/run-filter.ts';
import { toFailure } from '../../../shared/errors.ts';
import { findRunColumn } from '../../../main/engine/store/run-columns.ts';
import type { Store } from '../../../main/engine/store/store.ts';

const now = Date.UTC(2026, 10, 24, 8);

/** Four runs: 1 skipped on cuda; 2 resnet batch 1; 3 mobilenet int8 batch 4, noisy; 4 ocr batch 16, failed. */
async function fourRuns(): Promise<Store> {
  const store = temporaryStore();
  const cells = [
    plannedCell({ modelName: 'digits-resnet' }),
    plannedCell({ modelName: 'digits-mobilenet', variant: 'int8', recipeHash: 'a'.repeat(64), batchSize: 4 }),
    plannedCell({
      modelName: 'Reconhecimento Ótico 100%',
      batchSize: 16,
      threads: 2,
      dataset: null,
      scenario: { kind: 'offline', processes: 2 },
    }),
    { ...plannedCell({ provider: 'cuda' }), skipped: { reason: 'The provider is not here.', cure: 'Install it.' } },
  ];
  await store.sweeps.create(exampleSweep(cells));
  const [resnet, mobilenet, ocr] = [1, 2, 3].map(() => store.sweeps.claimNext(now)!.job.id);
  await store.results.commit(measured(resnet!, 1, false, Date.UTC(2026, 10, 24, 8)));
  await store.results.commit(measured(mobilenet!, 3, true, Date.UTC(2026, 10, 25, 0)));
  await store.results.commit({
    ...measuredResult(ocr!),
    startedAt: Date.UTC(2026, 10, 26),
    outcome: { kind: 'failed', reason: 'It crashed.' },
  });
  store.runs.annotate({ ids: [2], tags: ['baseline', 'café'], note: 'COM "AÇÃO" 50_50' });
  return store;
}

function measured(jobId: number, medianMs: number, noisy: boolean, startedAt: number) {
  const samplesMs = exampleSamples(200, medianMs, seededRandom(1));
  const plain = exampleMeasurement(samplesMs);
  const causes = noisy ? ['Other processes used 0.61 cores.'] : [];
  const measurement = { ...plain, interference: { ...plain.interference, noisy, causes } };
  return measuredResult(jobId, medianMs, {
    startedAt,
    outcome: { kind: 'measured', measurement, samplesMs, rejected: null },
  });
}

const found: readonly (readonly [filter: string, ids: readonly number[]])[] = [
  ['', [1, 2, 3, 4]],
  ['   ', [1, 2, 3, 4]],
  ['model:digits-resnet', [1, 2]],
  ['model=DIGITS-resnet', [1, 2]],
  ['model:resnet', []],
  ['model:*resnet', [1, 2]],
  ['model:digits-*', [1, 2, 3]],
  ['model:"digits-*"', []],
  ['model:digits-resnet,digits-mobilenet', [1, 2, 3]],
  ['model:"reconhecimento ótico 100%"', [4]],
  ['model:*ÓTICO*', [4]],
  ['model:*100%', [4]],
  ['model:*10_%', []],
  ['model!=digits-resnet', [3, 4]],
  ['provider:cuda', [1]],
  ['ep:cuda or batch:4', [1, 3]],
  ['batch:4', [3]],
  ['batch=4,16', [3, 4]],
  ['batch>=4', [3, 4]],
  ['batch >= 4', [3, 4]],
  ['batch>4', [4]],
  ['batch<4', [1, 2]],
  ['batch<=4', [1, 2, 3]],
  ['batch:2..16', [3, 4]],
  ['batch:..4', [1, 2, 3]],
  ['batch:16..', [4]],
  ['batchSize:4', [3]],
  ['p50<2ms', [2]],
  ['p50<2000us', [2]],
  ['p50<2000µs', [2]],
  ['p50<0.002s', [2]],
  ['p50<2', [2]],
  ['p50:2ms..1s', [3]],
  ['p50:none', [1, 4]],
  ['p50:any', [2, 3]],
  ['p50!=none', [2, 3]],
  ['-p50<2ms', [1, 3, 4]],
  ['not p50<2ms', [1, 3, 4]],
  ['not not p50<2ms', [2]],
  ['-(p50<2 or batch:4)', [1, 4]],
  ['noisy:no', [2]],
  ['noisy:yes', [3]],
  ['noisy:none', [1, 4]],
  ['-noisy:yes', [1, 2, 4]],
  ['steady:true', [2, 3]],
  ['status:failed', [4]],
  ['-status:failed', [1, 2, 3]],
  ['status:done,failed', [2, 3, 4]],
  ['size>100kB', [2, 3, 4]],
  ['size>=0.398', [2, 3, 4]],
  ['size>1MiB', []],
  ['memory<182MB', []],
  ['memory<=182MB', [2, 3]],
  ['accuracy>98%', [2, 3]],
  ['cv:2.9..3.1', [2, 3]],
  ['cv<3.1%', [2, 3]],
  ['snr>=31dB', [2, 3]],
  ['throughput>500/s', [2]],
  ['tag:baseline', [2]],
  ['tag:BASE*', [2]],
  ['tag:café', [2]],
  ['tag:CAFÉ', [2]],
  ['tag:none', [1, 3, 4]],
  ['tag:any', [2]],
  ['-tag:baseline', [1, 3, 4]],
  ['note:*ação*', [2]],
  ['note:*50_50', [2]],
  ['note:*50150', []],
  ['note:none', [1, 3, 4]],
  ['note:"COM \\"AÇÃO\\" 50_50"', [2]],
  ['dataset:none', [4]],
  ['dataset:digits', [1, 2, 3]],
  ['scenario:offline*', [4]],
  ['scenario:"offline, 2 processes"', [4]],
  ['reason:*crash*', [4]],
  ['error:any', [1, 4]],
  ['started:2026-11-24', [1, 2]],
  ['started>2026-11-24', [3, 4]],
  ['started>=2026-11-25', [3, 4]],
  ['started<2026-11-25', [1, 2]],
  ['started<=2026-11-25', [1, 2, 3]],
  ['started:2026-11-25..2026-11-26', [3, 4]],
  ['started:2026-11-24T08:00Z', [1, 2]],
  ['started>2026-11-24T08:00', [3, 4]],
  ['started:2026-11-24T08:00:00.000Z', [1, 2]],
  ['sweep:"a night"', [1, 2, 3, 4]],
  ['sweep-id:1', [1, 2, 3, 4]],
  ['sweep-id:2', []],
  ['run:3..4', [3, 4]],
  ['sha256:1111*', [1, 2, 3, 4]],
  ['recipe-hash:aaaa*', [3]],
  ['environment:none', []],
  ['crashed', [4]],
  ['resnet', [1, 2]],
  ['"a night"', [1, 2, 3, 4]],
  ['"NIGHT"', [1, 2, 3, 4]],
  ['ótico', [4]],
  ['ÓTICO', [4]],
  ['otico', []],
  ['digits-*net', [1, 2, 3]],
  ['"digits-*net"', []],
  ['50_5', [2]],
  ['100%', [4]],
  ['base', [2]],
  ['-resnet', [3, 4]],
  ['model:digits-* provider=cpu batch>=1 p50<2ms noisy:no "resnet" -status:failed', [2]],
  ['resnet or crashed', [1, 2, 4]],
  ['resnet and provider:cpu', [2]],
  ['resnet AND (provider:cpu OR provider:cuda)', [1, 2]],
  ['provider:cuda or provider:cpu batch:4', [1, 3]],
  ['(provider:cuda or provider:cpu) batch:4', [3]],
  ['"or"', [1, 2, 4]],
];

test('filters find the runs that they describe', async () => {
  const store = await fourRuns();
  const answers: [string, number[]][] = [];
  for (const [filter] of found) {
    const { rows, total } = await store.runs.query({ where: filter, sort: [{ column: 'run' }] });
    expect(total, filter).toBe(rows.length);
    answers.push([filter, rows.map(({ id }) => id)]);
  }
  expect(answers).toEqual(found);
});

const refused: readonly (readonly [filter: string, message: string | RegExp])[] = [
  ['model:x batchsizes:4', 'The filter has an unknown column "batchsizes" at character 9; did you mean "batchsize"?'],
  ['zzzzz:4', 'The filter has an unknown column "zzzzz" at character 1; put it in quotes if it is text to look for.'],
  ['batch:', 'The filter lacks the value of batch at character 7.'],
  ['batch>=', 'The filter lacks the value of batch at character 8.'],
  ['batch:4,', 'The filter lacks the value of batch at character 9.'],
  ['batch:four', 'The filter has "four" for batch at character 7; it takes a whole number or a range like 2..8.'],
  ['batch:4ms', /it takes a whole number/],
  ['batch:1.5', /it takes a whole number/],
  ['batch:..', /a range with at least one end/],
  ['p50<2MB', /"2MB" for p50 at character 5; it takes a time like 2ms/],
  ['p50<2constructor', /it takes a time/],
  ['size>2ms', /it takes a size like/],
  ['accuracy>high', /it takes a percentage/],
  ['snr>x', /it takes a number/],
  ['noisy:maybe', /it takes yes or no/],
  ['noisy:toString', /it takes yes or no/],
  ['noisy:yes..no', /it takes yes or no/],
  ['noisy>yes', /compares noisy by > at character 6; it has no order: write noisy:value/],
  ['model<x', /compares model by < at character 6/],
  ['tag>x', /compares tag by >/],
  ['started:yesterday', /it takes a day like 2026-11-24/],
  ['started:2026-02-31', /it takes a day/],
  ['started:2026-11-24T25:00', /it takes a day/],
  ['p50<1,2', /compares p50 with several values at character 7/],
  ['"open', 'The filter has an open quote that nothing closes at character 1.'],
  ['model:"open', /open quote that nothing closes at character 7/],
  ['(model:x', 'The filter has an open parenthesis that nothing closes at character 1.'],
  ['model:x)', 'The filter has a closing parenthesis too many at character 8.'],
  ['()', /lacks a term at character 2/],
  ['or', /lacks a term at character 1/],
  ['model:x or', /lacks a term at character 11/],
  ['and model:x', /lacks a term at character 1/],
  ['model:x and and', /lacks a term/],
  ['model:x -', /lone minus at character 9/],
  ['- model:x', /lone minus at character 1/],
  ['not', /lacks a term at character 4/],
  [', x', /has a stray "," at character 1/],
  [`${'('.repeat(51)}x`, /nested deeper than 50 levels/],
  [`${'-'.repeat(51)}x`, /nested deeper than 50 levels/],
  ['x '.repeat(201), /more than 200 terms/],
];

test.each(refused)('%s is refused', (filter, message) => {
  expect(() => compileRunFilter(filter)).toThrow(
    expect.objectContaining({
      kind: 'invalid-input',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    }),
  );
});

test.each(refused)('%s is refused with the place as a number too', (filter) => {
  let failure = toFailure(null);
  try {
    compileRunFilter(filter);
  } catch (error) {
    failure = toFailure(error);
  }
  expect(failure.message).toContain(`at character ${(failure.at ?? NaN) + 1}`);
});

test('no text of a person is part of the SQL', () => {
  const { sql, values } = compileRunFilter(`model:"x' OR 1=1 --" note:*;drop* "'); DELETE" tag:x'y`);
  expect(sql).not.toMatch(/drop|DELETE|1=1|x'y/);
  expect(values).toContain("x' OR 1=1 --");
  expect(sql.split('?')).toHaveLength(values.length + 1);
});

test('every field of a table row can be filtered and sorted by, but for the speed-up', async () => {
  const store = await fourRuns();
  const fields = Object.keys((await store.runs.query({})).rows[0]!);
  expect(fields.filter((field) => findRunColumn(field) === null)).toEqual(['speedup']);
  for (const column of fields) {
    for (const descending of [true, false])
      expect((await store.runs.query({ sort: [{ column, descending }] })).rows).toHaveLength(4);
  }
});
