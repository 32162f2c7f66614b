/** Facets as parts of the filter's text, so that the query box says all that is asked. The grammar is the engine's. */

interface Term {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a filter outside parentheses, with their places; quoted text stays whole. */
function topLevelTerms(filter: string): readonly Term[] {
  const terms: Term[] = [];
  let start = -1;
  let depth = 0;
  for (let at = 0; at <= filter.length; at += 1) {
    const character = filter[at];
    const ends = character === undefined || (depth === 0 && /\s/.test(character));
    if (ends && start >= 0) {
      terms.push({ text: filter.slice(start, at), start, end: at });
      start = -1;
    }
    if (ends || character === undefined) continue;
    if (start < 0) start = at;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '"') at = closingQuote(filter, at);
  }
  return terms;
}

/** Where the quote that opens at `at` closes; the last character where nothing closes it. */
function closingQuote(filter: string, at: number): number {
  for (let next = at + 1; next < filter.length; next += 1) {
    if (filter[next] === '\\') next += 1;
    else if (filter[next] === '"') return next;
  }
  return filter.length - 1;
}

const hasAlternatives = (terms: readonly Term[]): boolean => terms.some(({ text }) => text.toLowerCase() === 'or');

/** The term `column:…` that stands by itself, if there is one. */
function facetTerm(filter: string, column: string): Term | undefined {
  const terms = topLevelTerms(filter);
  if (hasAlternatives(terms)) return undefined;
  return terms.find(({ text }) => text.toLowerCase().startsWith(`${column.toLowerCase()}:`));
}

function valuesOf({ text }: Term): readonly string[] {
  const written = text.slice(text.indexOf(':') + 1);
  return [...written.matchAll(/"((?:\\.|[^"\\])*)"|([^",]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? bare! : quoted.replace(/\\(["\\])/g, '$1'),
  );
}

const plainValue = /^[^\s(),"*]+$/;

/** A value as a filter writes it, so that it stands for exactly this text. */
export function writeValue(value: string): string {
  const plain = plainValue.test(value) && !/^(none|any)$/i.test(value);
  return plain ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** The values of a column that a filter's own term asks for. */
export function facetValues(filter: string, column: string): readonly string[] {
  const term = facetTerm(filter, column);
  return term === undefined ? [] : valuesOf(term);
}

/** The filter without a column's own term: what the other values of the column are counted among. */
export function withoutFacet(filter: string, column: string): string {
  const term = facetTerm(filter, column);
  if (term === undefined) return filter.trim();
  return [filter.slice(0, term.start).trim(), filter.slice(term.end).trim()].filter((part) => part !== '').join(' ');
}

/** The filter that asks for exactly these values of a column, and for whatever else it asked. */
export function withFacet(filter: string, column: string, values: readonly string[]): string {
  if (values.length === 0) return withoutFacet(filter, column);
  const written = `${column}:${values.map(writeValue).join(',')}`;
  const term = facetTerm(filter, column);
  if (term !== undefined) return filter.slice(0, term.start) + written + filter.slice(term.end);
  return narrowed(filter, written);
}

/** The filter and one term more that must hold. */
export function narrowed(filter: string, term: string): string {
  const rest = filter.trim();
  if (rest === '') return term;
  return hasAlternatives(topLevelTerms(rest)) ? `(${rest}) ${term}` : `${rest} ${term}`;
}
