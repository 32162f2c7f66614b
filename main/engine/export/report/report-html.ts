/** A report as one HTML file that needs nothing else. */
import { comparisonChart, escapeHtml, latencyChart } from './report-charts.ts';
import { noiseKinds, noiseSentence } from '../../../../shared/noise-kinds.ts';
import type { ReportData } from './report-data.ts';
import { reportStyle } from './report-style.ts';
import { cellTable, comparisonTable, environmentTable, failureTable, floorSentence, methods } from './report-text.ts';
import type { TextTable } from './report-text.ts';

/** Pieces of the file in order, so that raw data of many runs is never one string. Every text of a model is escaped. */
export function* reportHtml(data: ReportData): Generator<string> {
  const { comparison, cells, rows } = data;
  const failures = failureTable(rows);
  const causes = noiseKinds(rows).map(noiseSentence);
  const title = escapeHtml(data.title);
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} – Crivo</title><style>${reportStyle}</style></head><body><main>
<header><p class="brand">Crivo report</p><h1>${title}</h1>
<p>${rows.length} runs of ${cells.length} cells; written at ${escapeHtml(data.writtenAt)}.</p></header>`;
  if (comparison !== null) {
    yield section(
      'Verdicts',
      comparisonChart(comparison.comparisons),
      table(comparisonTable(comparison.comparisons), true),
      ...Object.entries(comparison.noiseFloors).map(([sweep, floor]) => paragraph(floorSentence(sweep, floor))),
    );
  }
  yield section(
    'Cells',
    latencyChart(cells),
    table(cellTable(cells), false),
    ...(causes.length === 0 ? [] : [paragraph('Why runs are noisy:'), list(causes)]),
  );
  if (failures.length > 1) yield section('Not measured', table(failures, false));
  yield section('Methods', list(methods));
  yield section('Environment', table(environmentTable(data.environments), false));
  yield* rawData(data);
  yield '</main></body></html>\n';
}

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;
const list = (texts: readonly string[]): string =>
  `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;
const section = (title: string, ...parts: readonly string[]): string =>
  `<section><h2>${title}</h2>${parts.join('\n')}</section>\n`;

/** A number and its unit stay in one line. */
const withUnits = (text: string): string => text.replace(/(\d) (?=(?:[nµm]?s|[kMG]?B|dB)\b)/g, '$1\u00a0');

function table([heading, ...rows]: TextTable, verdicts: boolean): string {
  const cell = (text: string): string => {
    const tone = verdicts && (text === 'faster' || text === 'slower') ? ` class="${text}"` : '';
    return `<td${tone}>${escapeHtml(withUnits(text))}</td>`;
  };
  return `<table><thead><tr>${heading!.map((text) => `<th>${escapeHtml(text)}</th>`).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map(cell).join('')}</tr>`)
    .join('')}</tbody></table>`;
}

/** JSON in a script element that is never run: `<` can't end it. */
const safeJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

function* rawData({
  rows,
  measurements,
  samplesMs,
  environments,
  samplesLeftOut,
  comparison,
}: ReportData): Generator<string> {
  const left =
    samplesLeftOut === 0
      ? ''
      : ` The samples of ${samplesLeftOut} runs are too many for this file; a bundle (crivo results --bundle FILE) holds them.`;
  yield `<section class="raw"><h2>Raw data</h2><p>The runs with every sample (ms, in order) are in this file, as JSON in the elements of the class “crivo-run”; environments and comparisons in “crivo-report”.${left}</p></section>
<script type="application/json" class="crivo-report">${safeJson({ environments, comparison })}</script>\n`;
  for (const row of rows) {
    const samples = samplesMs.get(row.id);
    const run = {
      ...row,
      measurement: measurements.get(row.id) ?? null,
      samplesMs: samples === undefined ? null : [...samples],
    };
    yield `<script type="application/json" class="crivo-run">${safeJson(run)}</script>\n`;
  }
}
