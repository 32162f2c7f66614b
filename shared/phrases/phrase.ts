/**
 * Sentences that the engine says, each with a name and slots. They travel and are stored in English; the renderer finds out
 * which one it has before it, and with what in its slots, to say it in another language.
 */
import { connectionPhrases } from './connection.ts';
import { fillSlots, slot } from './fill-slots.ts';
import type { SlotsIn } from './fill-slots.ts';
import { libraryPhrases } from './library.ts';
import { measuringPhrases } from './measuring.ts';
import { passPhrases } from './passes.ts';
import { refusalPhrases } from './refusals.ts';

/** English by name, `{slot}` where something is filled in. */
export const phrases = {
  ...connectionPhrases,
  ...libraryPhrases,
  ...measuringPhrases,
  ...passPhrases,
  ...refusalPhrases,
};

export type PhraseName = keyof typeof phrases;
/** What a phrase has slots for. */
export type Filling<Name extends PhraseName> = Readonly<Record<SlotsIn<(typeof phrases)[Name]>, string>>;
type Given<Name extends PhraseName> = [SlotsIn<(typeof phrases)[Name]>] extends [never]
  ? []
  : [Readonly<Record<SlotsIn<(typeof phrases)[Name]>, string | number | bigint>>];

/** A phrase in English. */
export const say = <Name extends PhraseName>(name: Name, ...[filling]: Given<Name>): string =>
  fillSlots<string>(phrases[name], filling ?? {});

/** A phrase that fits a sentence. */
export interface Recognized {
  readonly name: PhraseName;
  readonly filling: Filling<PhraseName>;
  /** Characters of the sentence that are the phrase's own. */
  readonly ownLength: number;
}

/** What stands in a slot `count` or `line`: a phrase of a number and one word would else be found in many a foreign text. */
const number = /^\d[\d,.]*$/;
const numbered: readonly string[] = ['count', 'line'];

/** Which phrases an English sentence may be, and what fills their slots; those first that say most themselves. */
export function recognize(sentence: string): readonly Recognized[] {
  return patterns().flatMap(({ name, literals, slots, ownLength }) => {
    const values = valuesBetween(literals, sentence);
    if (values === null || slots.some((wanted, index) => numbered.includes(wanted) && !number.test(values[index]!)))
      return [];
    const filling = Object.fromEntries(slots.map((wanted, index) => [wanted, values[index]!]));
    return [{ name, filling: filling as Filling<PhraseName>, ownLength }];
  });
}

interface Pattern {
  readonly name: PhraseName;
  /** The text before, between and after the slots. */
  readonly literals: readonly string[];
  readonly slots: readonly string[];
  readonly ownLength: number;
}

let known: readonly Pattern[] | null = null;
const patterns = (): readonly Pattern[] =>
  (known ??= Object.entries(phrases)
    .map(([name, text]) => {
      const literals = text.split(/\{\w+\}/);
      const slots = [...text.matchAll(slot)].map(([, wanted]) => wanted!);
      return { name: name as PhraseName, literals, slots, ownLength: literals.join('').length };
    })
    .sort((a, b) => b.ownLength - a.ownLength));

/** What stands between literals that make up a sentence, each as short as it can be and never empty; null where they don't. */
function valuesBetween(literals: readonly string[], sentence: string): readonly string[] | null {
  const [first = '', ...rest] = literals;
  const last = rest.pop();
  if (last === undefined) return sentence === first ? [] : null;
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return null;
  const values: string[] = [];
  let from = first.length;
  for (const literal of rest) {
    const at = sentence.indexOf(literal, from + 1);
    if (at < 0) return null;
    values.push(sentence.slice(from, at));
    from = at + literal.length;
  }
  const end = sentence.length - last.length;
  return end > from ? [...values, sentence.slice(from, end)] : null;
}
