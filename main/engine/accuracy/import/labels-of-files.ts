/** Labels for files, from folders, from a table, or from COCO's JSON. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { ImportRequest, JudgedTask } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { classNamesOf } from './class-names.ts';
import type { FoundFile } from './find-files.ts';
import { columnsOf, readTable } from './read-table.ts';
import type { RawBox, RawLabel } from './source.ts';

export interface FileLabels {
  readonly task: JudgedTask | null;
  /** A label, or why there is none. */
  readonly of: (file: FoundFile) => RawLabel | { readonly missing: string } | null;
  /** What the table names and no file is. */
  readonly unused: (files: readonly FoundFile[]) => readonly string[];
  readonly notes: readonly string[];
}

const none: FileLabels = { task: null, of: () => null, unused: () => [], notes: [] };

/** How the labels of files are found: a table of labels first, else folders whose names are classes. */
export async function labelsOfFiles(
  files: readonly FoundFile[],
  tables: readonly FoundFile[],
  request: ImportRequest,
  readAlphabet: () => Promise<string[]>,
): Promise<FileLabels> {
  const table = request.labels ?? tables[0]?.path;
  if (table !== undefined) {
    if (/\.json$/i.test(table)) return labelsOfCoco(table);
    return labelsOfTable(table, request, readAlphabet);
  }
  const folders = [...new Set(files.map(({ name }) => classFolderOf(name)))];
  if (folders.length < 2 || folders.includes('')) return none;
  const classNames = folders.sort(byNumberThenText);
  const indexes = new Map(classNames.map((name, index) => [name, index]));
  return {
    task: request.task === 'embeddings' ? { kind: 'embeddings', classNames } : { kind: 'classes', classNames },
    of: ({ name }) => ({ kind: 'class', index: indexes.get(classFolderOf(name))! }),
    unused: () => [],
    notes: [],
  };
}

/** The folder right above a file, which names its class. */
const classFolderOf = (name: string): string => {
  const folder = dirname(name);
  return folder === '.' ? '' : basename(folder);
};

const byNumberThenText = new Intl.Collator('en', { numeric: true }).compare;

async function labelsOfTable(
  path: string,
  request: ImportRequest,
  readAlphabet: () => Promise<string[]>,
): Promise<FileLabels> {
  const columns = await columnsOf(path);
  const fileColumn = columns.find((name) => /^(file|file_?name|image|path|audio|wav)$/i.test(name)) ?? columns[0]!;
  const labelColumn = chosenColumn(columns, fileColumn, request.labelColumn, path);
  const texts = new Map<string, string>();
  const twice: string[] = [];
  for await (const { cells } of readTable(path)) {
    const file = normalized(String(cells.get(fileColumn) ?? ''));
    if (texts.has(file)) twice.push(file);
    texts.set(file, String(cells.get(labelColumn) ?? ''));
  }
  const notes = twice.length === 0 ? [] : [say('listedTwice', { count: twice.length, table: basename(path) })];
  const find = ({ name }: FoundFile): string | undefined => texts.get(normalized(name)) ?? texts.get(basename(name));
  const unused = (files: readonly FoundFile[]): string[] => {
    const names = new Set(files.flatMap(({ name }) => [normalized(name), basename(name)]));
    return [...texts.keys()].filter((file) => !names.has(file) && !names.has(basename(file)));
  };
  const labelled =
    (read: (text: string) => RawLabel | { readonly missing: string }) =>
    (file: FoundFile): ReturnType<FileLabels['of']> => {
      const text = find(file);
      return text === undefined ? { missing: say('noLineForIt', { table: basename(path) }) } : read(text);
    };
  if (request.task === 'masks') {
    return {
      task: { kind: 'masks', classNames: [], ...ignored(request) },
      of: labelled((text) => ({ kind: 'mask', path: join(dirname(path), text) })),
      ...{ unused, notes },
    };
  }
  if (request.task === 'text' || (request.task === undefined && request.alphabet !== undefined)) {
    const alphabet = await readAlphabet();
    const task: JudgedTask = { kind: 'text', alphabet, blank: request.blank === 'last' ? alphabet.length : 0 };
    return { task, of: labelled((text) => ({ kind: 'text', text })), unused, notes };
  }
  const distinct = new Set(texts.values());
  if (request.task === 'values' || (request.task === undefined && areFractions(distinct))) {
    const of = labelled((text) => valuesOf(text) ?? { missing: say('labelNoNumber', { label: text }) });
    return { task: { kind: 'values' }, of, unused, notes };
  }
  const areIndexes = [...distinct].every((text) => /^\d+$/.test(text));
  const classNames = classNamesOf(distinct, areIndexes, path);
  const indexes = new Map(classNames.map((name, index) => [name, index]));
  return {
    task: { kind: request.task === 'embeddings' ? 'embeddings' : 'classes', classNames },
    of: labelled((text) => ({ kind: 'class', index: indexes.get(areIndexes ? String(Number(text)) : text)! })),
    ...{ unused, notes },
  };
}

/** Whether labels are numbers and not all whole: those are values, as in tables of numbers. */
const areFractions = (labels: ReadonlySet<string>): boolean =>
  [...labels].every((text) => text.trim() !== '' && Number.isFinite(Number(text))) &&
  [...labels].some((text) => !Number.isInteger(Number(text)));

/** One number, or several with spaces between them; null where it is none. */
function valuesOf(text: string): RawLabel | null {
  const numbers = text.trim().split(/\s+/).map(Number);
  if (text.trim() === '' || !numbers.every(Number.isFinite)) return null;
  return { kind: 'values', values: Float64Array.from(numbers), shape: [numbers.length] };
}

const ignored = ({ ignoredClass }: ImportRequest) => (ignoredClass === undefined ? {} : { ignoredClass });

const normalized = (name: string): string => name.replace(/\\/g, '/').replace(/^\.\//, '');

/** The column of labels. Raises `invalid-input` with the names that there are. */
export function chosenColumn(
  columns: readonly string[],
  besides: string | null,
  wanted: string | undefined,
  path: string,
): string {
  if (wanted !== undefined && columns.includes(wanted)) return wanted;
  const usual = columns.find((name) => name !== besides && /^(label|labels|class|target|y|text|mask)$/i.test(name));
  const chosen = wanted === undefined ? (usual ?? columns.find((name) => name !== besides)) : undefined;
  if (chosen !== undefined) return chosen;
  const list = columns.map((name) => `"${name}"`).join(', ');
  throw new CrivoError(
    'invalid-input',
    wanted === undefined
      ? say('noLabelColumn', { table: basename(path), columns: list })
      : say('noSuchColumn', { table: basename(path), column: wanted, columns: list }),
  );
}

const cocoSchema = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string() })),
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
  annotations: z.array(
    z.object({
      image_id: z.int(),
      category_id: z.int(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
});

/** Boxes as COCO writes them: x, y, width, height. Lin et al. 2014. */
async function labelsOfCoco(path: string): Promise<FileLabels> {
  const read = cocoSchema.safeParse(
    await readFile(path, 'utf8')
      .then(JSON.parse)
      .catch(() => null),
  );
  if (!read.success) {
    throw new CrivoError('invalid-dataset', say('notCoco', { file: basename(path) }));
  }
  const { images, categories, annotations } = read.data;
  const classOf = new Map(categories.map(({ id }, index) => [id, index]));
  const fileOf = new Map(images.map(({ id, file_name }) => [id, normalized(file_name)]));
  const boxes = new Map<string, RawBox[]>(images.map(({ file_name }) => [normalized(file_name), []]));
  for (const {
    image_id,
    category_id,
    bbox: [x, y, width, height],
  } of annotations) {
    const at = classOf.get(category_id);
    if (at !== undefined)
      boxes.get(fileOf.get(image_id) ?? '')?.push({ class: at, box: [x, y, x + width, y + height] });
  }
  return {
    task: {
      ...{ kind: 'boxes', classNames: categories.map(({ name }) => name) },
      outputs: { boxes: 'boxes', scores: 'scores', classes: 'labels' },
    },
    of: ({ name }) => {
      const found = boxes.get(normalized(name)) ?? boxes.get(basename(name));
      return found === undefined
        ? { missing: say('notNamedIn', { file: basename(path) }) }
        : { kind: 'boxes', boxes: found };
    },
    unused: () => [],
    notes: [],
  };
}
