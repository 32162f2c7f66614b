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
 * data, so that they can be compared. The first one's family (one model on one provider, with the same threads and level)
 * comes first, as far as there is room; another only where all of it finds room, so that variants stay beside their
 * original. Families of the same model come before those of others.
 */
export function blockOf(first: JobRow, waiting: readonly JobRow[], { bytesOf, freeBytes }: BlockMemory): JobRow[] {
  let leftBytes = usableShare * freeBytes - bytesOf(first.cell);
  const block: JobRow[] = [];
  const bytesOfAll = (jobs: readonly JobRow[]): number => jobs.reduce((sum, { cell }) => sum + bytesOf(cell), 0);
  const addWhereItFits = (jobs: readonly JobRow[]): void => {
    const bytes = bytesOfAll(jobs);
    if (1 + block.length + jobs.length > mostInBlock || bytes > leftBytes) return;
    block.push(...jobs);
    leftBytes -= bytes;
  };
  const families = Map.groupBy(
    waiting.filter(({ cell, attempts }) => takesTurns(cell, attempts) && belongBeside(first.cell, cell)),
    ({ cell }) => familyOf(cell),
  );
  const own = families.get(familyOf(first.cell)) ?? [];
  families.delete(familyOf(first.cell));
  for (const job of own) addWhereItFits([job]);
  const ofModel = (jobs: readonly JobRow[]): boolean => jobs[0]!.cell.modelSha256 === first.cell.modelSha256;
  const others = [...families.values()];
  for (const jobs of [...others.filter(ofModel), ...others.filter((family) => !ofModel(family))]) addWhereItFits(jobs);
  return block;
}

const familyOf = ({ modelSha256, provider, threads, graphOptimization, sessionOptions }: Cell): string =>
  JSON.stringify([modelSha256, provider, threads, graphOptimization, sessionOptions]);

/** A cell that the program did not outlive this often goes alone, so that a machine that dies again and again gets on. */
const attemptsByTurns = 3;

/** Whether a cell that was begun so often in vain is measured by turns. */
export const takesTurns = ({ conditions }: Cell, attempts: number): boolean =>
  conditions?.turns === true && attempts < attemptsByTurns;

/** How many of a cell's attempts were those of its block: when that ended with the program, nobody knows which cell was at fault. */
export const attemptsOfBlock = ({ conditions }: Cell): number => (conditions?.turns === true ? attemptsByTurns : 0);

const belongBeside = (first: Cell, other: Cell): boolean =>
  other.batchSize === first.batchSize &&
  other.dataset === first.dataset &&
  JSON.stringify(other.conditions) === JSON.stringify(first.conditions);
