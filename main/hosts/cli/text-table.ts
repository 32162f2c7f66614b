import { cutText, printable, textWidth } from './terminal.ts';

export interface TableColumn<Row> {
  readonly title: string;
  readonly align?: 'right';
  readonly text: (row: Row) => string;
  /** Where the table is too wide, the column with the highest number goes first, one with 1 only where cutting is not enough; without one it stays. */
  readonly dropOrder?: number;
  /** It may be cut down to this many columns. */
  readonly shortest?: number;
}

const gap = '  ';

/**
 * Rows under titles, aligned, each line at most `width` columns: first columns that may go are left out, then those that may be cut are.
 * A column that is empty in every row is left out. Ends with a line feed.
 */
export function renderTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
  paintTitle: (text: string) => string = (text) => text,
): string {
  let shown = columns
    .map((column) => {
      const cells = rows.map((row) => printable(column.text(row)));
      const natural = Math.max(textWidth(column.title), ...cells.map(textWidth));
      return { column, cells, width: natural };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const total = (): number => shown.reduce((sum, one) => sum + one.width, 0) + gap.length * (shown.length - 1);

  while (total() > width) {
    const next = shown.reduce((last, one) => Math.max(last, one.column.dropOrder ?? 0), 0);
    const cuttable = shown.reduce((sum, one) => sum + Math.max(0, one.width - (one.column.shortest ?? Infinity)), 0);
    if (next === 0 || (next === 1 && total() - cuttable <= width)) break;
    shown = shown.filter((one) => one.column.dropOrder !== next);
  }
  while (total() > width) {
    const longest = shown
      .filter((one) => one.width > (one.column.shortest ?? Infinity))
      .sort((a, b) => b.width - a.width)[0];
    if (longest === undefined) break;
    longest.width -= 1;
  }
  const line = (texts: readonly string[]): string =>
    shown
      .map((one, index) => fit(texts[index]!, one.width, one.column.align))
      .join(gap)
      .trimEnd();
  const lines = [
    paintTitle(line(shown.map((one) => one.column.title))),
    ...rows.map((_, row) => line(shown.map((one) => one.cells[row]!))),
  ];
  return `${lines.join('\n')}\n`;
}

function fit(text: string, width: number, align: 'right' | undefined): string {
  const cut = cutText(text, width);
  const blanks = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'right' ? blanks + cut : cut + blanks;
}
