/** What a person should know before a sweep runs through the night. */
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
  return [
    duplicates === 1
      ? '1 cell stood twice in the sweep and is measured once.'
      : `${duplicates} cells stood more than once in the sweep and are measured once.`,
  ];
}

function shapeNotes({ chosenShapes, cells }: NoteFacts): string[] {
  return [...chosenShapes].map(([modelName, inputs]) => {
    const cell = cells.find((planned) => planned.cell.modelName === modelName && planned.skipped === null)?.cell;
    const shapes = inputs.map((input) => `${input} [${(cell?.inputShapes[input] ?? []).join(', ')}]`).join(', ');
    return `${modelName} leaves sizes open; chosen at batch ${cell?.batchSize ?? 1}: ${shapes}. State others with inputShapes.`;
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
  const machine = `this machine has ${logicalCores} logical ${logicalCores === 1 ? 'core' : 'cores'}`;
  return [
    ...(threads.size === 0
      ? []
      : [`Cells with ${[...threads].join(', ')} threads run, but ${machine}: expect them to be slower and noisier.`]),
    ...(processes.size === 0
      ? []
      : [`Cells with ${[...processes].join(', ')} processes × threads run, but ${machine}: the processes share them.`]),
  ];
}

const providerNotes = ({ references }: NoteFacts): string[] =>
  references.leftOut.flatMap((status) =>
    status.state === 'unusable' ? [`${status.name} is left out: ${status.reason} ${status.cure}`.trim()] : [],
  );

function gateNotes({ specification, references }: NoteFacts): string[] {
  if (specification.accept === undefined || references.recipes.some((recipe) => recipe !== null)) return [];
  return ['The sweep states what to accept, but has no variants: only variants are judged against their original.'];
}
