import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { withFacet, facetValues, withoutFacet } from '../../renderer/views/results/filter-terms.ts';
import { readMemory, readQuery, writeQuery } from '../../renderer/views/results/results-memory.ts';
import { firstDraft } from '../../renderer/views/sweep/first-draft.ts';
import { readSpecification, withValue } from '../../renderer/views/sweep/specification-text.ts';
import { withWorkedOn } from '../../renderer/state/worked-on.ts';
import { timeLeftMs } from '../../renderer/state/time-left.ts';
import type { QueueState, SweepSummary } from '../../shared/sweep.ts';

describe('a sweep as text', () => {
  test('begins as a specification that is understood, whatever the names hold', () => {
    const yaml = firstDraft({
      name: '- odd: "name"',
      models: ['a: b', '#c'],
      variants: ['original'],
      measure: 'quick',
    });
    expect(readSpecification(yaml)).toMatchObject({
      kind: 'ready',
      specification: { name: '- odd: "name"', models: ['a: b', '#c'], measure: 'quick', rounds: 3 },
    });
  });

  test('keeps comments and order when a value changes or goes', () => {
    const text = 'name: n # mine\nmodels: [a]\n# why\nrounds: 2\n';
    const changed = withValue(text, 'batchSizes', [1, 4]);
    expect(changed).toBe('name: n # mine\nmodels: [a]\n# why\nrounds: 2\nbatchSizes: [1, 4]\n');
    expect(parse(withValue(changed, 'rounds', undefined))).toEqual({ name: 'n', models: ['a'], batchSizes: [1, 4] });
  });

  test('tells the line of each mistake', () => {
    expect(readSpecification('name: n\nmodels: a\nbatchSize: [1]\nrounds: 0\n')).toEqual({
      kind: 'wrong',
      problems: [
        { line: 3, message: '"batchSize" is not a key of a sweep; did you mean "batchSizes"?' },
        { line: 4, message: 'rounds must be a whole number of at least 1, not 0.' },
      ],
    });
  });

  test('takes one value where a list may stand', () => {
    expect(readSpecification('name: n\nmodels: a\nproviders: all\nbatchSizes: 4\n')).toMatchObject({
      specification: { models: ['a'], providers: 'all', batchSizes: [4] },
    });
  });
});

describe('a filter', () => {
  test('takes values of a facet in and out, and leaves the rest', () => {
    const asked = withFacet('batch>=4 (a or b)', 'model', ['plain', 'with space']);
    expect(asked).toBe('batch>=4 (a or b) model:plain,"with space"');
    expect(facetValues(asked, 'model')).toEqual(['plain', 'with space']);
    expect(withoutFacet(asked, 'model')).toBe('batch>=4 (a or b)');
    expect(withFacet('a or b', 'model', ['c'])).toBe('(a or b) model:c');
  });

  test('goes through an address unchanged, and what is remembered is checked', () => {
    const query = { where: 'p50<2ms', sort: [{ column: 'p50Ms', descending: true }], group: 'model' } as const;
    expect(readQuery(new URLSearchParams(writeQuery(query)))).toEqual(query);
    expect(readMemory({ columns: ['no such column'], views: 3, baselineRunId: -1 })).toMatchObject({
      ...{ views: [], baselineRunId: null },
      columns: expect.arrayContaining(['model', 'p50Ms']) as unknown,
    });
  });
});

describe('the queue', () => {
  const sweep = (id: number, state: SweepSummary['state'], done: number): SweepSummary => ({
    ...{ id, name: `sweep ${id}`, state, position: id, createdAt: '', startsAt: null, untilAt: null, finishedAt: null },
    counts: { waiting: 3, running: 0, done, failed: 0, skipped: 0, cancelled: 0 },
    remainingMs: 9_000,
    remeasured: {},
    conditions: {},
  });
  const state = (changes: Partial<QueueState>): QueueState => ({
    ...{ running: true, paused: false, current: null, progress: null },
    sweeps: [sweep(2, 'waiting', 0), sweep(1, 'waiting', 2)],
    ...changes,
  });
  const states = (changes: Partial<QueueState>): readonly string[] =>
    withWorkedOn(state(changes)).sweeps.map(({ state: shown }) => shown);

  test('shows the sweep whose cells it measures as running between two of them', () => {
    expect(states({})).toEqual(['waiting', 'running']);
    expect(states({ paused: true })).toEqual(['waiting', 'waiting']);
    expect(states({ running: false })).toEqual(['waiting', 'waiting']);
    expect(states({ waitsFor: 'Mains power.' })).toEqual(['waiting', 'waiting']);
    expect(states({ sweeps: [sweep(1, 'waiting', 0)] })).toEqual(['waiting']);
  });

  test('tells the time that is left as the running cell goes on', () => {
    const one = { id: 1, remainingMs: 9_000 };
    const current = { id: 5, sweepId: 1, estimateMs: 3_000 };
    const after = (elapsedMs: number, jobId = 5): number => timeLeftMs(one, { current }, { jobId, elapsedMs });
    expect([after(0), after(1_000), after(8_000)]).toEqual([9_000, 8_000, 6_000]);
    // What is told of another cell, or runs for another sweep, takes nothing off.
    expect(after(1_000, 4)).toBe(9_000);
    expect(timeLeftMs({ ...one, id: 2 }, { current }, { jobId: 5, elapsedMs: 1_000 })).toBe(9_000);
    expect(timeLeftMs(one, { current: null }, null)).toBe(9_000);
    expect(timeLeftMs(one, null, null)).toBe(9_000);
    // Two that take turns go on together.
    expect(timeLeftMs(one, { current, takingTurns: 2 }, { jobId: 5, elapsedMs: 4_000 })).toBe(5_000);
    expect(timeLeftMs(one, { current, takingTurns: 2 }, { jobId: 5, elapsedMs: 8_000 })).toBe(3_000);
  });
});
