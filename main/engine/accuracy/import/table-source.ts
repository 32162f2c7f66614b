/** Rows of numbers or of token ids, in CSV or JSON Lines. */
import { basename } from 'node:path';
import type { ImportRequest, JudgedTask } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { classNamesOf, mostClasses } from './class-names.ts';
import { chosenColumn } from './labels-of-files.ts';
import { columnsOf, readTable } from './read-table.ts';
import type { TableRow } from './read-table.ts';
import type { ExampleSource, RawExample, RawLabel } from './source.ts';

const isLabelName = (name: string): boolean => /^(label|labels|class|target|y)$/i.test(name);

interface Layout {
  readonly label: string | null;
  readonly task: JudgedTask | null;
  readonly classIndexes: ReadonlyMap<string, number>;
}

/** Each row is an example; columns with lists (JSON Lines) each feed the input of their name, plain columns are one list together. */
export async function tableSource(path: string, request: ImportRequest): Promise<ExampleSource> {
  const columns = await columnsOf(path);
  const label =
    request.labelColumn === undefined
      ? (columns.find(isLabelName) ?? null)
      : chosenColumn(columns, null, request.labelColumn, path);
  const layout = await layoutOf(path, label, request);
  return {
    ...{ media: 'numbers', found: null, task: layout.task, notes: [], isRagged: true },
    examples: async function* (): AsyncGenerator<RawExample> {
      for await (const row of readTable(path)) yield exampleOf(path, row, layout, request);
    },
  };
}

/** Labels that are fractions are values, all others classes. */
async function layoutOf(path: string, label: string | null, { task }: ImportRequest): Promise<Layout> {
  if (label === null) return { label, task: null, classIndexes: new Map() };
  const distinct = new Set<string>();
  let areNumbers = true;
  let areWhole = true;
  for await (const { cells } of readTable(path)) {
    const text = String(cells.get(label) ?? '').trim();
    if (Number.isNaN(Number(text)) || text === '') areNumbers = false;
    else if (!Number.isInteger(Number(text)) || Number(text) < 0) areWhole = false;
    // One more tells that there are too many.
    if (distinct.size <= mostClasses) distinct.add(text);
  }
  const areValues = task === 'values' || (task === undefined && areNumbers && (!areWhole || distinct.size > 1_000));
  if (areValues) {
    if (!areNumbers)
      throw new CrivoError('invalid-dataset', say('labelsNotNumbers', { column: label, table: basename(path) }));
    return { label, task: { kind: 'values' }, classIndexes: new Map() };
  }
  const names = classNamesOf(distinct, areNumbers && areWhole, path);
  const kind = task === 'embeddings' ? 'embeddings' : 'classes';
  return { label, task: { kind, classNames: names }, classIndexes: new Map(names.map((name, at) => [name, at])) };
}

function exampleOf(path: string, { line, cells }: TableRow, layout: Layout, { inputName }: ImportRequest): RawExample {
  const source = `${basename(path)}, line ${line}`;
  const lists = new Map<string, number[]>();
  const plain: number[] = [];
  for (const [name, cell] of cells) {
    if (name === layout.label) continue;
    if (Array.isArray(cell)) lists.set(name, cell.flat(8).map(Number));
    else if (
      typeof cell === 'string' &&
      cell.includes(' ') &&
      cell
        .trim()
        .split(/\s+/)
        .every((part) => part !== '' && !Number.isNaN(Number(part)))
    )
      lists.set(name, cell.trim().split(/\s+/).map(Number));
    else plain.push(cell === '' || cell === null ? NaN : Number(cell));
  }
  const all = [...lists.values(), plain];
  if (all.some((values) => values.some(Number.isNaN))) {
    return { kind: 'unusable', source, label: null, reason: say('cellNoNumber') };
  }
  if (plain.length > 0) lists.set('', plain);
  if (lists.size === 0) return { kind: 'unusable', source, label: null, reason: say('noNumbers') };
  const single = lists.size === 1;
  const tensors = [...lists].map(([name, numbers]) => {
    const isWhole = name !== '' && numbers.every(Number.isSafeInteger);
    const values = isWhole ? BigInt64Array.from(numbers, BigInt) : Float32Array.from(numbers);
    const input = single ? (inputName ?? (isInputName(name) ? name : '')) : name;
    return [input, { elementType: isWhole ? 'int64' : 'float32', shape: [values.length], values }] as const;
  });
  return { kind: 'tensors', source, tensors: Object.fromEntries(tensors), label: labelOf(cells, layout) };
}

const isInputName = (name: string): boolean => !/^(\d+|x|values?|features?|data|numbers)$/i.test(name);

function labelOf(cells: TableRow['cells'], { label, task, classIndexes }: Layout): RawLabel | null {
  if (label === null) return null;
  const text = String(cells.get(label) ?? '').trim();
  if (task?.kind === 'values') return { kind: 'values', values: Float32Array.of(Number(text)), shape: [1] };
  return {
    kind: 'class',
    index:
      classIndexes.get(Number.isNaN(Number(text)) || text === '' ? text : String(Number(text))) ??
      classIndexes.get(text) ??
      -1,
  };
}
