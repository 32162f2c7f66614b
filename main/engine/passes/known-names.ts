import { suggestion } from '../sweep/nearest-name.ts';

/** The end of a sentence about an unknown name: `; did you mean "x"?`, or what there is. */
export function nameHint(written: string, known: readonly string[]): string {
  const hint = suggestion(written, known);
  if (hint !== '') return hint;
  return known.length === 0 ? '; it takes none.' : `; there are: ${known.join(', ')}.`;
}
