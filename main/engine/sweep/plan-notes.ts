/** What a person should know before a sweep runs through the night. */
import { say } from '../../../shared/phrases/phrase.ts';
import type { PlannedCell, SweepSpecification } from '../../../shared/sweep.ts';
import type { References } from './resolve-references.ts';

export interface NoteFacts {
  readonly specification: SweepSpecification;
  readonly references: References;
  readonly cells: readonly PlannedCell[];
  readonly logicalCores: number;
  readonly duplicates: number;
  /** Model name → input name, where a shape was chosen that nobody stated. */
  readonly chosenShapes: ReadonlyMap<string, readonly string[]>;
}

/** One sentence for each thing worth knowing. */
export function collectNotes(facts: NoteFacts): readonly string[] {
  return [
    ...duplicateNotes(facts),
    ...shapeNotes(facts),
    ...coreNotes(facts),
    ...providerNotes(facts),
    ...gateNotes(facts),
  ];
}

function duplicateNotes({ duplicates }: NoteFacts): string[] {
  if (duplicates === 0) return [];
  return [duplicates === 1 ? say('stoodTwice') : say('stoodMoreOften', { cells: duplicates })];
}

function shapeNotes({ chosenShapes, cells }: NoteFacts): string[] {
  return [...chosenShapes].map(([modelName, inputs]) => {
    const cell = cells.find((planned) => planned.cell.modelName === modelName && planned.skipped === null)?.cell;
    const shapes = inputs.map((input) => `${input} [${(cell?.inputShapes[input] ?? []).join(', ')}]`).join(', ');
    return say('sizesOpen', { model: modelName, batch: cell?.batchSize ?? 1, shapes });
  });
}

/** More threads than processors is allowed, for some want to see what it costs. */
function coreNotes({ cells, logicalCores }: NoteFacts): string[] {
  const threads = new Set<number>();
  const processes = new Set<string>();
  for (const { cell, skipped } of cells) {
    if (skipped !== null) continue;
    if (cell.threads > logicalCores) threads.add(cell.threads);
    else if (cell.scenario.kind === 'offline' && cell.scenario.processes * cell.threads > logicalCores) {
      processes.add(`${cell.scenario.processes} × ${cell.threads}`);
    }
  }
  return [
    ...(threads.size === 0 ? [] : [manyThreads([...threads].join(', '), logicalCores)]),
    ...(processes.size === 0 ? [] : [manyProcesses([...processes].join(', '), logicalCores)]),
  ];
}

const manyThreads = (threads: string, cores: number): string =>
  cores === 1 ? say('oneCoreForThreads', { threads }) : say('coresForThreads', { threads, cores });

const manyProcesses = (processes: string, cores: number): string =>
  cores === 1 ? say('oneCoreForProcesses', { processes }) : say('coresForProcesses', { processes, cores });

const providerNotes = ({ references }: NoteFacts): string[] =>
  references.leftOut.flatMap((status) =>
    status.state === 'unusable'
      ? [say('leftOut', { provider: status.name, why: `${status.reason} ${status.cure}`.trim() })]
      : [],
  );

function gateNotes({ specification, references }: NoteFacts): string[] {
  if (specification.accept === undefined || references.recipes.some((recipe) => recipe !== null)) return [];
  return [say('nothingJudged')];
}
