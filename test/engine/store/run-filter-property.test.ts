import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunRow } from '../../../shared/sweep.ts';
import { compileRunFilter } from '../../../main/engine/store/run-filter.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { exampleSweep, measuredResult, temporaryStore } from '../../fixtures/temporary-store.ts';

const now = Date.UTC(2026, 10, 24, 8);

/** A filter as text, and the same question asked of a row in memory. */
interface Question {
  readonly text: string;
  readonly holds: (row: RunRow) => boolean;
}

const texts = {
  model: ['digits-resnet', 'digits-mobilenet', 'ação_1', '100% real', 'with "quotes" and \\'],
  variant: ['original', 'int8', 'prune*half'],
} as const;
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

const textQuestion = fc
  .record({ column: fc.constantFrom('model' as const, 'variant' as const), index: fc.nat(4), negated: fc.boolean() })
  .map(({ column, index, negated }): Question => {
    const value = texts[column][index % texts[column].length]!;
    return {
      text: `${column}${negated ? '!=' : ':'}${quoted(value.toUpperCase())}`,
      holds: (row) => (row[column] === value) !== negated,
    };
  });

const operators = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '=': (a: number, b: number) => a === b,
} as const;
const operator = fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[]));

const numberQuestion = fc
  .record({
    column: fc.constantFrom(
      ['batch', 'batchSize'] as const,
      ['threads', 'threads'] as const,
      ['samples', 'samples'] as const,
    ),
    operator,
    value: fc.constantFrom(0, 1, 2, 4, 8, 200),
  })
  .map(({ column: [name, field], operator: compare, value }): Question => ({
    text: `${name}${compare}${value}`,
    holds: (row) => row[field] !== null && operators[compare](row[field], value),
  }));

const rangeQuestion = fc.record({ low: fc.nat(6), length: fc.nat(6) }).map(({ low, length }): Question => ({
  text: `p50:${low}ms..${(low + length) * 1000}us`,
  holds: ({ p50Ms }) => p50Ms !== null && p50Ms >= low && p50Ms <= low + length,
}));

const blankQuestion = fc.constantFrom<Question>(
  { text: 'p50:none', holds: ({ p50Ms }) => p50Ms === null },
  { text: 'accuracy:any', holds: ({ accuracy }) => accuracy !== null },
  { text: 'noisy:no', holds: ({ noisy }) => noisy === false },
  { text: 'tag:odd', holds: ({ tags }) => tags.includes('odd') },
  { text: 'note:*third*', holds: ({ note }) => note.includes('third') },
);

const wordQuestion = fc
  .constantFrom('digits', 'AÇÃO', 'real', '100%', 'n_ight', 'odd', 'third', 'crash', 'zzz', '_')
  .map((word): Question => ({
    text: quoted(word),
    holds: (row) => {
      const wanted = word.toLowerCase();
      const places = [
        row.model,
        row.variant,
        row.precision,
        row.provider,
        row.device,
        row.scenario,
        row.dataset,
        row.status,
        row.reason,
        row.note,
        row.sweepName,
        ...row.tags,
      ];
      return places.some((place) => place?.toLowerCase().includes(wanted) === true);
    },
  }));

const question = fc.letrec<{ any: Question }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'question' },
    fc.oneof(textQuestion, numberQuestion, rangeQuestion, blankQuestion, wordQuestion),
    tie('any').chain((inner) =>
      fc
        .constantFrom(`-(${inner.text})`, `not (${inner.text})`)
        .map((text): Question => ({ text, holds: (row) => !inner.holds(row) })),
    ),
    fc.array(tie('any'), { minLength: 2, maxLength: 3 }).chain((parts) =>
      fc.constantFrom(' ', ' and ', '  AND  ').map((between): Question => ({
        text: parts.map(({ text }) => `(${text})`).join(between),
        holds: (row) => parts.every((part) => part.holds(row)),
      })),
    ),
    fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((parts): Question => ({
      text: parts.map(({ text }) => `(${text})`).join(' or '),
      holds: (row) => parts.some((part) => part.holds(row)),
    })),
  ),
})).any;

test('a filter finds exactly the rows for which it holds', async () => {
  const store = temporaryStore();
  const cells = texts.model.flatMap((modelName, model) =>
    texts.variant.map((variant, index) =>
      plannedCell({
        modelName,
        variant,
        batchSize: 2 ** index,
        threads: 1 + (model % 3),
        dataset: model === 0 ? null : 'digits',
      }),
    ),
  );
  await store.sweeps.create(exampleSweep(cells));
  for (let claimed = store.sweeps.claimNext(now); claimed !== null; claimed = store.sweeps.claimNext(now)) {
    const result = measuredResult(claimed.job.id, (claimed.job.position % 5) + 0.5);
    await store.results.commit(
      claimed.job.position % 4 === 3 ? { ...result, outcome: { kind: 'failed', reason: 'It crashed.' } } : result,
    );
  }
  const { rows } = await store.runs.query({});
  store.runs.annotate({ ids: rows.filter(({ id }) => id % 2 === 1).map(({ id }) => id), tags: ['odd', 'TWO words'] });
  store.runs.annotate({ ids: rows.filter(({ id }) => id % 3 === 0).map(({ id }) => id), note: 'every third' });
  const { rows: annotated } = await store.runs.query({});

  await fc.assert(
    fc.asyncProperty(question, async ({ text, holds }) => {
      const expected = annotated.filter(holds).map(({ id }) => id);
      const { rows: answer } = await store.runs.query({ where: text });
      expect(answer.map(({ id }) => id)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

test('any text either is a filter or is refused with its place', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'model',
      'p50',
      'batch',
      ':',
      '<',
      '>=',
      '(',
      ')',
      '"',
      '\\',
      '-',
      ',',
      '..',
      '*',
      ' ',
      'or',
      'not',
      '2ms',
      '7',
      'ç',
      '\n',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        pieces.map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          compileRunFilter(text);
        } catch (error) {
          expect(error).toMatchObject({
            name: 'CrivoError',
            kind: 'invalid-input',
            message: expect.stringMatching(/at character \d+/) as string,
          });
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
