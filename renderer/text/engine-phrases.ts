/** What the engine says in English, in another language. */
import { recognize } from '../../shared/phrases/phrase.ts';
import type { Filling, PhraseName, Recognized } from '../../shared/phrases/phrase.ts';

/** Every phrase of the engine in a language. */
export type Translations = { readonly [Name in PhraseName]: (filling: Filling<Name>) => string };

/** A number as the engine writes it, alone or before its unit. */
const decimal = /^(\d+)\.(\d+)(?=%?$|e[+-]\d+$| (?:dB|s|ms|kB|MB|GB|TB)$)/;

/** Where sentences, or their parts, may stand in a row: a sentence may be one phrase with a semicolon in it. */
const betweenParts = [/(?<=\.) /, /(?<=\.) |(?<=;) /, /(?<=,) /];

/** Sentences whose translation is kept, for a table asks for its own again and again. */
const mostKept = 2_000;

/**
 * Translates what the engine says: a phrase, or several in a row. What it takes from elsewhere (an error of ONNX Runtime, a
 * file's name) is left as it is.
 */
export function translator(translations: Translations): (said: string) => string {
  const asked = new Map<string, Said>();
  const said = (text: string): Said => {
    const before = asked.get(text);
    if (before !== undefined) return before;
    if (asked.size >= mostKept) asked.clear();
    // Several phrases first: a slot at the end of the first would else take the others in. Of readings that know as much, the one
    // whose outer phrase says least: a place is put before a mistake, and not into it.
    const whole = recognize(text).map(filled).reverse();
    const readings = [...betweenParts.map((between) => inParts(text, between)), ...whole];
    const answer = readings.reduce<Said>((best, one) => (one !== null && one.known > best.known ? one : best), {
      text: text.replace(decimal, '$1,$2'),
      known: 0,
    });
    asked.set(text, answer);
    return answer;
  };
  const filled = ({ name, filling, ownLength }: Recognized): Said => {
    const slots = Object.entries(filling).map(([slot, text]) => [slot, said(text)] as const);
    const texts = Object.fromEntries(slots.map(([slot, { text }]) => [slot, text]));
    return {
      text: (translations[name] as (filling: Readonly<Record<string, string>>) => string)(texts),
      known: slots.reduce((sum, [, { known }]) => sum + known, ownLength),
    };
  };
  /** Sentences in a row, each for itself; null where there is but one. */
  const inParts = (text: string, between: RegExp): Said | null => {
    const parts = text.split(between);
    if (parts.length === 1) return null;
    const words = parts.map((part) => {
      const [stop = ''] = /[;,]$/.exec(part) ?? [];
      const { text: own, known } = said(part.slice(0, part.length - stop.length));
      return known === 0 ? { text: part, known } : { text: own + stop, known };
    });
    return {
      text: words.map((word) => word.text).join(' '),
      known: words.reduce((sum, { known }) => sum + known, 0),
    };
  };
  return (text) => (said(text).known === 0 ? text : said(text).text);
}

/** A text in the other language, and how many of its characters were a phrase's own: the reading that knows most is meant. */
interface Said {
  readonly text: string;
  readonly known: number;
}
