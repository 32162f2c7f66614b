/** A report as Markdown. */
import { noiseKinds, noiseSentence } from '../../../../shared/noise-kinds.ts';
import type { ReportData } from './report-data.ts';
import { cellTable, comparisonTable, environmentTable, failureTable, floorSentence, methods } from './report-text.ts';
import type { TextTable } from './report-text.ts';

/** Tables, verdicts, methods and environment; text of models can't become markup. */
export function reportMarkdown(data: ReportData): string {
  const { comparison } = data;
  const failures = failureTable(data.rows);
  const causes = noiseKinds(data.rows).map(noiseSentence);
  return `${[
    `# ${escapeText(data.title)}`,
    `${data.rows.length} runs of ${data.cells.length} cells; written by Crivo at ${data.writtenAt}.`,
    ...(comparison === null
      ? []
      : [
          '## Verdicts',
          table(comparisonTable(comparison.comparisons)),
          Object.entries(comparison.noiseFloors)
            .map(([sweep, floor]) => `- ${escapeText(floorSentence(sweep, floor))}`)
            .join('\n'),
        ]),
    '## Cells',
    table(cellTable(data.cells)),
    ...(causes.length === 0 ? [] : ['Why runs are noisy:', causes.map((cause) => `- ${escapeText(cause)}`).join('\n')]),
    ...(failures.length > 1 ? ['## Not measured', table(failures)] : []),
    '## Methods',
    methods.map((method) => `- ${method}`).join('\n'),
    '## Environment',
    table(environmentTable(data.environments)),
  ].join('\n\n')}\n`;
}

function table([heading, ...rows]: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeText).join(' | ')} |`;
  return [line(heading!), `|${heading!.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Characters that Markdown or HTML within it would take for markup. */
const escapeText = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]|#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
