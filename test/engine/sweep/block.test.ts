import { describe, expect, test } from 'vitest';
import type { Cell, JobRow } from '../../../shared/sweep.ts';
import { blockOf, mostInBlock } from '../../../main/engine/sweep/block.ts';
import { plannedCell } from '../../fixtures/example-run.ts';

const job = (id: number, cell: Partial<Cell> = {}): JobRow => ({
  ...{ id, sweepId: 1, round: 1, role: 'cell', repeat: 0, position: id, state: 'waiting', reason: null, runId: null },
  ...{ attempts: 0, startedAt: null, estimateMs: 1_000 },
  cell: { ...plannedCell().cell, conditions: { turns: true }, ...cell },
});
const roomy = { bytesOf: () => 1, freeBytes: 1e9 };
const ids = (jobs: readonly JobRow[]): number[] => jobs.map(({ id }) => id);

describe('a block', () => {
  test('holds those that do the same work, in order', () => {
    const waiting = [
      job(2, { variant: 'fp16' }),
      job(3, { batchSize: 64 }),
      job(4, { dataset: 'other' }),
      job(5, { conditions: { turns: true, cores: [1] } }),
      job(6, { conditions: {} }),
      job(7, { threads: 2 }),
    ];
    expect(ids(blockOf(job(1), waiting, roomy))).toEqual([2, 7]);
  });
  test('takes its own family first, and of another all cells or none, those of its model before others', () => {
    const other = (id: number): JobRow => job(id, { modelSha256: 'b'.repeat(64) });
    const third = (id: number): JobRow => job(id, { modelSha256: 'c'.repeat(64) });
    const threaded = (id: number): JobRow => job(id, { threads: 2 });
    const own = [20, 21, 22, 23, 24].map((id) => job(id));
    const waiting = [other(2), third(3), third(4), ...[5, 6, 7, 8, 9, 10, 11].map(threaded), ...own];
    expect(ids(blockOf(job(1), waiting, roomy))).toEqual([...ids(own), 2, 3, 4]);
    const fewer = [other(2), third(3), third(4), ...[5, 6, 7, 8].map(threaded), ...own];
    expect(ids(blockOf(job(1), fewer, roomy))).toEqual([...ids(own), 5, 6, 7, 8, 2]);
  });
  test('is no larger than the most that may take turns', () => {
    const waiting = Array.from({ length: 30 }, (_, index) => job(index + 2));
    expect(blockOf(job(1), waiting, roomy)).toHaveLength(mostInBlock - 1);
  });
  test('leaves out what was begun three times in vain', () => {
    expect(
      ids(
        blockOf(
          job(1),
          [
            { ...job(2), attempts: 3 },
            { ...job(3), attempts: 2 },
          ],
          roomy,
        ),
      ),
    ).toEqual([3]);
  });
  test('takes half of the free memory at most; a cell that finds no room is measured later', () => {
    const bytesOf = ({ batchSize, variant }: Cell): number => (variant === 'large' ? 300 : 100) * batchSize;
    const waiting = [job(2), job(3, { variant: 'large' }), job(4)];
    const { batchSize } = plannedCell().cell;
    expect(ids(blockOf(job(1), waiting, { bytesOf, freeBytes: 700 * batchSize }))).toEqual([2, 4]);
    expect(blockOf(job(1, { variant: 'large' }), waiting, { bytesOf, freeBytes: 700 * batchSize })).toEqual([]);
  });
});
