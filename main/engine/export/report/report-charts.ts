/** Charts of a report as inline SVG. */
import type { CellComparison } from '../../../../shared/comparison.ts';
import { formatLatencyMs, formatPercent } from '../../../../shared/units.ts';
import type { ReportedCell } from './report-data.ts';
import { cellName } from './report-text.ts';

const width = 960;
const labelWidth = 380;
const rowHeight = 24;
const margin = 34;

/** Text for HTML and SVG. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Boxes of the latencies: 5th to 95th percentile, quartiles, median; on a logarithmic scale where they lie far apart. */
export function latencyChart(cells: readonly ReportedCell[]): string {
  const drawn = cells.flatMap(({ row, box }) => (box === null ? [] : [{ name: cellName(row), box }]));
  if (drawn.length === 0) return '';
  const low = Math.min(...drawn.map(({ box }) => box.p5));
  const high = Math.max(...drawn.map(({ box }) => box.p95));
  const logarithmic = high > 8 * low;
  const scale = logarithmic ? scaleOf(low * 0.9, high * 1.1, Math.log) : scaleOf(0, high * 1.05, (value) => value);
  const rows = drawn.map(({ name, box }, index) => {
    const y = margin + index * rowHeight + rowHeight / 2;
    const [p5, p25, p50, p75, p95] = [box.p5, box.p25, box.p50, box.p75, box.p95].map(scale) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return `${label(name, y)}<line class="whisker" x1="${p5}" x2="${p95}" y1="${y}" y2="${y}"/><rect class="box" x="${p25}" width="${Math.max(1, p75 - p25)}" y="${y - 7}" height="14"/><line class="median" x1="${p50}" x2="${p50}" y1="${y - 8}" y2="${y + 8}"/>`;
  });
  const ticks = logarithmic ? logarithmicTicks(low * 0.9, high * 1.1) : linearTicks(0, high * 1.05);
  const title = `Latency of each cell: 5th to 95th percentile, quartiles and median${logarithmic ? ', logarithmic' : ''}`;
  return svg(
    title,
    drawn.length,
    axis(ticks, scale, (value) => (value === 0 ? '0' : formatLatencyMs(value)), drawn.length) + rows.join(''),
  );
}

/** The 95% interval of each ratio beside the band of noise. */
export function comparisonChart(comparisons: readonly CellComparison[]): string {
  const drawn = comparisons.flatMap(({ candidate, outcome }) =>
    outcome.kind === 'compared' ? [{ name: cellName(candidate.run), outcome }] : [],
  );
  if (drawn.length === 0) return '';
  const logs = drawn.flatMap(({ outcome: { ratio, noiseFloor } }) =>
    [ratio.low, ratio.high, 1 + 2 * noiseFloor, 1 / (1 + 2 * noiseFloor)].map(Math.log),
  );
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const pad = 0.05 * (high - low);
  const scale = scaleOf(Math.exp(low - pad), Math.exp(high + pad), Math.log);
  const rows = drawn.map(({ name, outcome }, index) => {
    const y = margin + index * rowHeight + rowHeight / 2;
    const band = [1 / (1 + outcome.noiseFloor), 1 + outcome.noiseFloor].map(scale) as [number, number];
    const [from, at, to] = [outcome.ratio.low, outcome.ratio.value, outcome.ratio.high].map(scale) as [
      number,
      number,
      number,
    ];
    const tone = outcome.verdict === 'faster' ? 'good' : outcome.verdict === 'slower' ? 'bad' : 'plain';
    return `${label(name, y)}<rect class="band" x="${band[0]}" width="${band[1] - band[0]}" y="${y - rowHeight / 2}" height="${rowHeight}"/><line class="interval ${tone}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><circle class="${tone}" cx="${at}" cy="${y}" r="4"/>`;
  });
  const ticks = linearTicks(Math.exp(low - pad) - 1, Math.exp(high + pad) - 1).map((value) => value + 1);
  const write = (ratio: number): string =>
    Math.abs(ratio - 1) < 1e-9 ? 'same' : `${ratio < 1 ? '−' : '+'}${formatPercent(Math.abs(ratio - 1), 0)}`;
  return svg(
    'Change of the median with its 95% interval; the band is noise',
    drawn.length,
    axis(ticks, scale, write, drawn.length) + rows.join(''),
  );
}

function scaleOf(low: number, high: number, bend: (value: number) => number): (value: number) => number {
  const [from, to] = [bend(low), bend(high)];
  return (value) => rounded(labelWidth + ((bend(value) - from) / (to - from || 1)) * (width - labelWidth - 24));
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function label(name: string, y: number): string {
  const short = name.length > 58 ? `${name.slice(0, 57)}…` : name;
  return `<text class="label" x="${labelWidth - 10}" y="${y + 4}">${escapeHtml(short)}</text>`;
}

function axis(
  ticks: readonly number[],
  scale: (value: number) => number,
  write: (value: number) => string,
  rows: number,
): string {
  const bottom = margin + rows * rowHeight;
  return ticks
    .map((tick) => {
      const x = scale(tick);
      return `<line class="grid" x1="${x}" x2="${x}" y1="${margin - 4}" y2="${bottom}"/><text class="tick" x="${x}" y="${margin - 10}">${escapeHtml(write(tick))}</text>`;
    })
    .join('');
}

function svg(title: string, rows: number, content: string): string {
  const height = margin + rows * rowHeight + 8;
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${content}</svg></figure>`;
}

/** Round numbers, 4 to 8 of them. */
function linearTicks(low: number, high: number): readonly number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step); tick * step <= high; tick += 1) ticks.push(tick * step);
  return ticks;
}

function logarithmicTicks(low: number, high: number): readonly number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (value >= low && value <= high) ticks.push(value);
    }
  }
  return ticks;
}
