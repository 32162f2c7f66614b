/** A sweep's plan for the terminal. */
import { scenarioLabel } from '../../../shared/measurement.ts';
import type { PlannedCell, SweepPlan } from '../../../shared/sweep.ts';
import { formatDurationMs } from '../../../shared/units.ts';
import { printable, wrapText } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { renderTable } from './text-table.ts';
import type { TableColumn } from './text-table.ts';

const optimization: TableColumn<PlannedCell> = {
  title: 'optimization',
  text: ({ cell }) => cell.graphOptimization,
  shortest: 8,
};
const scenario: TableColumn<PlannedCell> = {
  title: 'scenario',
  text: ({ cell }) => scenarioLabel(cell.scenario),
  shortest: 14,
};

/** What would run, what can't and why, and how long it takes, within the terminal's width. */
export function describePlan(plan: SweepPlan, terminal: Pick<Terminal, 'width' | 'paint'>): string {
  const runnable = plan.cells.filter(({ skipped }) => skipped === null);
  const skipped = plan.cells.filter((planned) => planned.skipped !== null);
  const table = (cells: readonly PlannedCell[]): string =>
    renderTable<PlannedCell>(
      [
        { title: '  model', text: ({ cell }) => `  ${cell.modelName}`, shortest: 14 },
        { title: 'variant', text: ({ cell }) => cell.variant, shortest: 8 },
        { title: 'provider', text: ({ cell }) => cell.provider },
        { title: 'batch', align: 'right', text: ({ cell }) => String(cell.batchSize) },
        { title: 'threads', align: 'right', text: ({ cell }) => String(cell.threads) },
        ...(plan.cells.every(({ cell }) => cell.graphOptimization === 'all') ? [] : [optimization]),
        ...(plan.cells.every(({ cell }) => cell.scenario.kind === 'single-stream') ? [] : [scenario]),
        {
          title: 'time',
          align: 'right',
          text: ({ estimateMs, skipped: why }) => (why === null ? formatDurationMs(estimateMs) : ''),
        },
      ],
      cells,
      terminal.width,
      (title) => terminal.paint('bold', title),
    );
  const reasons = new Map<string, PlannedCell[]>();
  for (const cell of skipped) {
    const why = `${cell.skipped!.reason} ${cell.skipped!.cure}`;
    reasons.set(why, [...(reasons.get(why) ?? []), cell]);
  }
  const wrapped = (text: string): string => wrapText(printable(text), terminal.width);
  return [
    wrapped(
      `${plan.name}: ${runnable.length} cells${plan.control === null ? '' : ' and a control'} × ${plan.rounds} ${plan.rounds === 1 ? 'round' : 'rounds'} = ${plan.runCount} runs, about ${formatDurationMs(plan.estimateMs)} (${plan.estimateBasis})`,
    ),
    ...(runnable.length === 0 ? [] : [table(runnable).trimEnd()]),
    ...[...reasons].flatMap(([why, cells]) => [
      '',
      wrapped(`${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} can't run: ${why}`),
      table(cells).trimEnd(),
    ]),
    ...plan.notes.map((note) => wrapped(`Note: ${note}`)),
    '',
  ].join('\n');
}

/** Says what a person should know before the sweep, such as a disk that will be full at night. */
export function sayNotes({ notes }: Pick<SweepPlan, 'notes'>, terminal: Pick<Terminal, 'say' | 'statusWidth'>): void {
  for (const note of notes) terminal.say(wrapText(printable(`Note: ${note}`), terminal.statusWidth));
}
