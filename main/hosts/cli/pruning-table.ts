/** What can be pruned of a model, for a terminal. */
import { mostSensitiveGroup, pruningAdvice } from '../../../shared/pruning.ts';
import type { PruningAnalysis, PruningDrift, PruningGroup } from '../../../shared/pruning.ts';
import { formatPercent } from '../../../shared/units.ts';
import type { Terminal } from './terminal.ts';
import { wrapText } from './terminal.ts';
import { renderTable } from './text-table.ts';
import type { TableColumn } from './text-table.ts';

const steps = [0.25, 0.5, 0.75];

/** The groups as a table, then advice. */
export function describePruning(analysis: PruningAnalysis, terminal: Terminal): string {
  const table = renderTable(columns, analysis.groups, Infinity, (title) => terminal.paint('bold', title));
  const note =
    analysis.examples === 0
      ? 'Name a dataset, as in "--dataset digits", to measure how sensitive each group is.'
      : `Drift of the outputs with a share of one group's channels gone, not repaired, on ${analysis.examples} examples.`;
  return [table.trimEnd(), '', ...[note, ...adviceLines(analysis)].map((line) => wrapText(line, 110, '  ')), ''].join(
    '\n',
  );
}

const columns: readonly TableColumn<PruningGroup>[] = [
  { title: 'group', text: ({ name }) => (name.length > 48 ? `${name.slice(0, 47)}…` : name) },
  { title: 'channels', align: 'right', text: ({ channels }) => String(channels) },
  {
    title: 'arithmetic',
    align: 'right',
    text: ({ macsShare }) => (macsShare === null ? '' : formatPercent(macsShare)),
  },
  {
    title: 'importance',
    text: ({ importance }) =>
      importance === null ? '' : `${importance.lowest.toFixed(2)}–${importance.highest.toFixed(2)}`,
  },
  ...steps.map((step): TableColumn<PruningGroup> => ({
    title: `−${formatPercent(step, 0)}`,
    align: 'right',
    text: ({ drift }) => {
      const near = drift.find(({ ratio }) => Math.abs(ratio - step) < 0.125);
      return near === undefined ? '' : driftText(near);
    },
  })),
  { title: 'locked because', text: ({ locked }) => locked ?? '' },
];

const driftText = ({ snrDb, changedPercent }: PruningDrift): string =>
  changedPercent === null ? `${snrDb.toFixed(1)} dB` : `${changedPercent.toFixed(1)}% change`;

function adviceLines(analysis: PruningAnalysis): string[] {
  const advice = pruningAdvice(analysis).map(({ ratio, groups, changedPercent, snrDb }) => {
    const harm =
      changedPercent === null
        ? `each by itself at ${snrDb.toFixed(1)} dB or better`
        : `each by itself with at most ${changedPercent.toFixed(1)}% of the answers changed`;
    const who = groups.length === 1 ? 'This group' : `These ${groups.length} groups`;
    return `${who} can lose ${formatPercent(ratio, 0)}, ${harm}: ${groups.join(', ')}.`;
  });
  const worst = mostSensitiveGroup(analysis);
  return worst === null ? advice : [...advice, `The most sensitive is ${worst}: protect it where accuracy falls.`];
}
