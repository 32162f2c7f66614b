import { suggestion } from '../../../shared/nearest-name.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** The end of a sentence about an unknown name: `; did you mean "x"?`, or what there is. */
export function nameHint(written: string, known: readonly string[]): string {
  const hint = suggestion(written, known);
  if (hint !== '') return hint;
  return known.length === 0 ? say('takesNone') : say('thereAre', { known: known.join(', ') });
}
