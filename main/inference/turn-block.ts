/** Measures several cells by turns of some 20 ms, so that what slows the machine for seconds slows all of them alike. */
import { randomUUID } from 'node:crypto';
import type { TurnRecord } from '../../shared/measurement.ts';
import { judgeInterference } from '../engine/measure/interference.ts';
import type { CpuReading } from '../engine/measure/interference.ts';
import type { CellOutcome, CellRequest, RunOptions, TurnPlace } from '../engine/ports.ts';
import { seededBits, shuffled } from '../engine/measure/seeded-random.ts';
import { nowMs } from './cell-clock.ts';
import { coolDown } from './cell-conditions.ts';
import { withTemporaryFolder } from './process-environment.ts';
import type { RunnerOptions } from './start-cell.ts';
import { openTurnMember } from './turn-member.ts';
import type { TurnMember } from './turn-member.ts';
import { unwatched, watchCells } from './watch-cells.ts';

/** Neighbouring turns of this length differ least on machines whose speed changes; see docs/measurement.md. */
const lengths = { leadMs: 5, turnMs: 20 } as const;

/** What the turns of a block tell of all that took them. */
interface BlockResult {
  readonly interference: CellOutcome['measurement']['interference'];
  readonly turns: Omit<TurnRecord, 'counts'>;
}

/** The places of one block. */
export function createTurnBlock(options: RunnerOptions, size: number): readonly TurnPlace[] {
  const members: TurnMember[] = [];
  const alone = createQueueOfOne();
  const result = Promise.withResolvers<BlockResult>();
  // Whoever waits for it sees why it failed; where nobody came, nobody does.
  result.promise.catch(() => {});
  let awaited = size;
  const arrive = (): void => {
    awaited -= 1;
    if (awaited === 0 && members.length > 0) takeTurns(options, members).then(result.resolve, result.reject);
  };
  const place = (): TurnPlace => {
    const arriveOnce = once(arrive);
    const measure = async (request: CellRequest, runOptions: RunOptions): Promise<CellOutcome> =>
      withTemporaryFolder(options.temporaryParent, async (temporary) => {
        const own = { ...options, environment: { ...options.environment, ...temporary } };
        const member = await alone(async () => {
          if (members.length === 0) await coolDown(request.cell.conditions ?? {}, runOptions.signal);
          return openTurnMember(own, request, runOptions);
        });
        members.push(member);
        arriveOnce();
        const block = await result.promise;
        return alone(() => finish(member, block));
      });
    return {
      alone,
      measure: (request, runOptions = {}) => measure(request, runOptions).finally(arriveOnce),
      leave: arriveOnce,
    };
  };
  return Array.from({ length: size }, place);
}

/** Cycles in which each takes one turn, in an order of their own, until all have what they need or came to their cap. */
async function takeTurns(options: RunnerOptions, members: readonly TurnMember[]): Promise<BlockResult> {
  const bits = seededBits(members[0]!.request.seed);
  const sensors = watchCells(
    options,
    members,
    members.map(({ request }) => request.cell.provider),
  );
  const begin = await markAll(members);
  const beganMs = nowMs();
  let taking: readonly TurnMember[] = [...begin.keys()];
  const wanting = new Set(taking);
  while (wanting.size > 0 && taking.length > 0) {
    const left = new Set<TurnMember>();
    for (const member of shuffled(taking, bits)) {
      // One that fails tells so to whoever waits for it; the others go on.
      const state = await member.ask({ type: 'turn', ...lengths }, 'turned').catch(() => null);
      if (state === null || state.stopped !== null) wanting.delete(member);
      if (state === null || state.elapsedMs >= member.request.cell.measure.maxDurationMs) left.add(member);
    }
    taking = taking.filter((member) => !left.has(member));
  }
  const spanMs = nowMs() - beganMs;
  const end = await markAll([...begin.keys()]);
  const readings = [...end].map(([member, reading]) => ({ begin: begin.get(member)!, end: reading }));
  return {
    interference: judgeInterference(readings, (await sensors?.end()) ?? unwatched),
    turns: { block: randomUUID(), others: members.length - 1, spanMs },
  };
}

/** What the processor has done so far, of those that still answer. */
async function markAll(members: readonly TurnMember[]): Promise<ReadonlyMap<TurnMember, CpuReading>> {
  const readings = await Promise.all(members.map((member) => member.ask({ type: 'mark' }, 'marked').catch(() => null)));
  return new Map(
    readings.flatMap((answer, index) => (answer === null ? [] : [[members[index]!, answer.reading] as const])),
  );
}

async function finish(member: TurnMember, { interference, turns }: BlockResult): Promise<CellOutcome> {
  const { result } = await member.ask({ type: 'finish' }, 'result');
  await member.gone;
  const { measurement, samplesMs, answers, turnCounts } = result;
  const warnings = [...measurement.warnings, ...member.refusals];
  return {
    measurement: { ...measurement, warnings, interference, turns: { ...turns, counts: turnCounts ?? [] } },
    ...{ samplesMs, answers, ownMs: member.ownMs() },
  };
}

/** Does one piece of work at a time, in the order in which they were asked for. */
function createQueueOfOne(): TurnPlace['alone'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
