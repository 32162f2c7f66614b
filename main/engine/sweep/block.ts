/** Which cells of a round take turns with each other. */
import type { Cell, JobRow } from '../../../shared/sweep.ts';

/** Each has a process of its own, open all the while; more would lie too far apart in time, too. */
export const mostInBlock = 12;

export interface BlockMemory {
  /** What the process of a cell may take. */
  readonly bytesOf: (cell: Cell) => number;
  readonly freeBytes: number;
}

/** Of the free memory, what the cells of a block may take together. */
const usableShare = 0.5;

/**
 * Of the jobs of a round that wait, in order, those that take turns with the first. Such do the same work on the same
 * data, so that they can be compared; those of its own model come first, and another model's only where all of them find
 * room, so that a model's variants stay together.
 */
export function blockOf(first: JobRow, waiting: readonly JobRow[], { bytesOf, freeBytes }: BlockMemory): JobRow[] {
  let leftBytes = usableShare * freeBytes - bytesOf(first.cell);
  const block: JobRow[] = [];
  const byModel = Map.groupBy(
    waiting.filter((job) => takesTurns(job) && belongBeside(first.cell, job.cell)),
    ({ cell }) => cell.modelSha256,
  );
  const own = byModel.get(first.cell.modelSha256) ?? [];
  byModel.delete(first.cell.modelSha256);
  const add = (jobs: readonly JobRow[]): void => {
    block.push(...jobs);
    leftBytes -= bytesOfAll(jobs);
  };
  const bytesOfAll = (jobs: readonly JobRow[]): number => jobs.reduce((sum, { cell }) => sum + bytesOf(cell), 0);
  const fit = (jobs: readonly JobRow[]): boolean =>
    1 + block.length + jobs.length <= mostInBlock && bytesOfAll(jobs) <= leftBytes;
  for (const job of own) if (fit([job])) add([job]);
  for (const jobs of byModel.values()) if (fit(jobs)) add(jobs);
  return block;
}

/** A cell that the program did not outlive this often goes alone, so that a machine that dies again and again gets on. */
const vainAttempts = 3;

/** Whether a job that waits is measured by turns. */
export const takesTurns = ({ cell, attempts }: Pick<JobRow, 'cell' | 'attempts'>): boolean =>
  cell.conditions?.turns === true && attempts < vainAttempts;

const belongBeside = (first: Cell, other: Cell): boolean =>
  other.batchSize === first.batchSize &&
  other.dataset === first.dataset &&
  JSON.stringify(other.conditions) === JSON.stringify(first.conditions);
