/** A night of real cells with a fault every so many of them (Linux): what is left of it in the morning. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkbench } from '../../../main/hosts/open-workbench.ts';
import type { ProgramPaths } from '../../../main/hosts/paths.ts';
import { checkDataFolder } from '../../../main/engine/maintenance/check-data-folder.ts';
import { silentLogger, systemClock } from '../../../main/engine/ports.ts';
import { briefSweep } from '../../fixtures/brief-sweep.ts';
import { endingFaults, outlivedFaults, strike } from './faults.ts';
import type { Fault } from './faults.ts';
import type { MessageFromLife, MessageToLife } from './messages.ts';
import { markOf, processesOf } from './processes.ts';

export interface NightOptions {
  /** An empty folder of the caller, who removes it. */
  readonly folder: string;
  /** The built `life.ts`. */
  readonly lifePath: string;
  readonly program: ProgramPaths;
  /** Twelve cells are measured in each. */
  readonly rounds: number;
  /** Runs between two faults. */
  readonly faultEvery: number;
  /** So many runs are disturbed by faults that end the program; after these it lives on. */
  readonly runsWithDeaths: number;
  readonly say?: (line: string) => void;
}

export interface NightReport {
  readonly runs: number;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  readonly lives: number;
  /** What the program said where it ended by itself before the night was over. */
  readonly failures: readonly string[];
  /** Cell × round that no row tells of, and that more than one tells of. */
  readonly lost: number;
  readonly duplicated: number;
  /** Runs that were told to be stored and were not there after. */
  readonly forgotten: number;
  /** By their status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What a check of the folder found. */
  readonly findings: readonly string[];
  readonly orphanProcesses: number;
  readonly temporaryFiles: readonly string[];
  /** Of the last life, bytes, and over how many runs: from about its 50th on, or half of a shorter one. */
  readonly growth: { readonly runs: number; readonly rssBytes: number; readonly heapBytes: number };
  readonly durationMs: number;
}

const cells = {
  models: ['digits-squeezenet', 'digits-mobilenet', 'digits-resnet'],
  variants: ['original', 'graph-extended'],
  batchSizes: [1, 2],
};
const cellCount = 12;
/** A life's memory is compared from this run of it on, and read at every so many. */
const settledAfter = 50;
const memoryEvery = 10;

type Memory = Extract<MessageFromLife, { type: 'memory' }>;

interface Life {
  readonly child: ChildProcess;
  readonly stored: number[];
  readonly failures: string[];
  readonly exited: Promise<unknown>;
  /** Resolves at the next message of a type, or when the process has ended. */
  readonly next: (type: MessageFromLife['type']) => Promise<MessageFromLife | null>;
}

/** Lets a night pass. */
export async function simulateNight(options: NightOptions): Promise<NightReport> {
  const { rounds, faultEvery, runsWithDeaths, program, say = () => {} } = options;
  const startedMs = performance.now();
  const data = join(options.folder, 'data');
  const temporary = join(options.folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const night = `${process.pid}-${Date.now()}`;
  const sweepId = await prepare(data, program, rounds);
  const total = cellCount * rounds;
  const faults: Partial<Record<Fault, number>> = {};
  const told: number[] = [];
  const failures: string[] = [];
  let lives = 0;
  let struck = 0;
  let growth: NightReport['growth'] = { runs: 0, rssBytes: 0, heapBytes: 0 };

  for (let ended = false; !ended;) {
    const life = begin(options.lifePath, data, program, { ...markOf(night), TMPDIR: temporary });
    lives += 1;
    const settle = Math.min(settledAfter, Math.floor((total - told.length) / 2));
    let settled: { readonly at: number; readonly memory: Memory } | null = null;
    while ((await life.next('stored')) !== null) {
      const done = told.length + life.stored.length;
      if (life.stored.length >= settle && life.stored.length % memoryEvery === 0) {
        const memory = await memoryOf(life);
        if (memory === null) break;
        settled ??= { at: life.stored.length, memory };
        growth = {
          runs: life.stored.length - settled.at,
          rssBytes: memory.rssBytes - settled.memory.rssBytes,
          heapBytes: memory.heapBytes - settled.memory.heapBytes,
        };
      }
      if (Math.floor(done / faultEvery) <= struck) continue;
      const kinds: readonly Fault[] = done <= runsWithDeaths ? endingFaults : outlivedFaults;
      const fault = kinds[struck % kinds.length]!;
      if ((await life.next('measuring')) === null) break;
      if (!(await strike(fault, life.child, data, night))) continue;
      struck += 1;
      faults[fault] = (faults[fault] ?? 0) + 1;
      say(`${done} of ${total} runs: ${fault}`);
    }
    await life.exited;
    told.push(...life.stored);
    failures.push(...life.failures);
    ended = life.failures.length === 0 && life.child.exitCode === 0;
    say(`life ${lives} ended: ${life.child.signalCode ?? life.child.exitCode} ${life.failures.join(' ')}`);
    if (lives > total) throw new Error(`The night does not end: ${failures.join(' ')}`);
  }
  while (processesOf(night, 'all').length > 0 && performance.now() - startedMs < 3_600_000) {
    // A cell notices that its program is gone, and ends.
    const left = processesOf(night, 'all');
    await sleep(500);
    if (processesOf(night, 'all').some((pid) => left.includes(pid))) break;
  }
  const morning = await lookAt(data, program, sweepId, rounds, told);
  return {
    ...morning,
    ...{ faults, lives, failures, growth },
    orphanProcesses: processesOf(night, 'all').length,
    temporaryFiles: [...readdirSync(temporary), ...readdirSync(join(data, 'work')), ...strayArtifacts(data)],
    durationMs: performance.now() - startedMs,
  };
}

const strayArtifacts = (data: string): string[] =>
  readdirSync(join(data, 'artifacts')).filter((name) => !/^[0-9a-f]{2}$/.test(name));

async function prepare(data: string, program: ProgramPaths, rounds: number): Promise<number> {
  const workbench = await openWorkbench({ dataFolder: data, program, host: 'command line', logger: silentLogger });
  const { id } = await workbench.call('sweeps.queue', { yaml: briefSweep({ ...cells, rounds }) });
  await workbench.call('hardware.report', {});
  await workbench.close();
  return id;
}

function begin(path: string, data: string, program: ProgramPaths, environment: Readonly<Record<string, string>>): Life {
  const child = spawn(process.execPath, ['--expose-gc', path, data, JSON.stringify(program)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
  });
  const stored: number[] = [];
  const failures: string[] = [];
  const waiting = new Set<(message: MessageFromLife | null) => void>();
  const missed: MessageFromLife[] = [];
  child.on('message', (message: MessageFromLife) => {
    if (message.type === 'stored') stored.push(message.runId);
    if (message.type === 'failed') failures.push(message.failure.message);
    if (waiting.size === 0 && message.type === 'stored') missed.push(message);
    for (const hear of [...waiting]) hear(message);
  });
  const exited = once(child, 'exit').then(() => {
    for (const hear of [...waiting]) hear(null);
  });
  const next = (type: MessageFromLife['type']): Promise<MessageFromLife | null> =>
    new Promise((resolve) => {
      const old = type === 'stored' ? missed.shift() : undefined;
      if (old !== undefined || child.exitCode !== null || child.signalCode !== null) {
        resolve(old ?? null);
        return;
      }
      const hear = (message: MessageFromLife | null): void => {
        if (message !== null && message.type !== type) return;
        waiting.delete(hear);
        resolve(message);
      };
      waiting.add(hear);
    });
  return { child, stored, failures, exited, next };
}

async function memoryOf(life: Life): Promise<Memory | null> {
  life.child.send({ type: 'tell-memory' } satisfies MessageToLife);
  const answer = await life.next('memory');
  return answer?.type === 'memory' ? answer : null;
}

type Morning = Pick<NightReport, 'runs' | 'lost' | 'duplicated' | 'forgotten' | 'statuses' | 'findings'>;

/** Counts what is stored. */
async function lookAt(
  data: string,
  program: ProgramPaths,
  sweepId: number,
  rounds: number,
  told: readonly number[],
): Promise<Morning> {
  const workbench = await openWorkbench({ dataFolder: data, program, host: 'command line', logger: silentLogger });
  const { rows } = await workbench.call('results.query', { sweepId, limit: 10_000 });
  await workbench.close();
  const counts = new Map<string, number>();
  const statuses: Record<string, number> = {};
  for (const row of rows) {
    const key = [row.model, row.variant, row.batchSize, row.round].join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    statuses[row.status] = (statuses[row.status] ?? 0) + 1;
  }
  const ids = new Set(rows.map(({ id }) => id));
  const { findings } = await checkDataFolder(data, systemClock);
  return {
    ...{ runs: rows.length, statuses },
    lost: cellCount * rounds - counts.size,
    duplicated: [...counts.values()].filter((count) => count > 1).length,
    forgotten: told.filter((id) => !ids.has(id)).length,
    findings: findings.map(({ what }) => what),
  };
}
