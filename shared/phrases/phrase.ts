/**
 * Sentences that the engine says, each with a name and slots. They travel and are stored in English; the renderer finds out
 * which one it has before it, and with what in its slots, to say it in another language.
 */
import { libraryPhrases } from './library.ts';
import { measuringPhrases } from './measuring.ts';

/** English by name, `{slot}` where something is filled in. */
export const phrases = { ...libraryPhrases, ...measuringPhrases };

export type PhraseName = keyof typeof phrases;
type SlotsIn<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}` ? Slot | SlotsIn<Rest> : never;
/** What a phrase has slots for. */
export type Filling<Name extends PhraseName> = Readonly<Record<SlotsIn<(typeof phrases)[Name]>, string>>;
type Given<Name extends PhraseName> = [SlotsIn<(typeof phrases)[Name]>] extends [never]
  ? []
  : [Readonly<Record<SlotsIn<(typeof phrases)[Name]>, string | number>>];

/** A phrase in English. */
export const say = <Name extends PhraseName>(name: Name, ...[filling]: Given<Name>): string =>
  phrases[name].replace(slot, (_, wanted: string) => String((filling as Record<string, string | number>)[wanted]));

const slot = /\{(\w+)\}/g;

/** Which phrase an English sentence is, and what fills its slots; null where it is none. Of several that fit, the one that says most itself is meant. */
export function recognize(
  sentence: string,
): { readonly name: PhraseName; readonly filling: Filling<PhraseName> } | null {
  for (const { name, literals, slots } of patterns()) {
    const values = valuesBetween(literals, sentence);
    if (values !== null) {
      const filling = Object.fromEntries(slots.map((wanted, index) => [wanted, values[index]!]));
      return { name, filling: filling as Filling<PhraseName> };
    }
  }
  return null;
}

interface Pattern {
  readonly name: PhraseName;
  /** The text before, between and after the slots. */
  readonly literals: readonly string[];
  readonly slots: readonly string[];
}

let known: readonly Pattern[] | null = null;
const patterns = (): readonly Pattern[] =>
  (known ??= Object.entries(phrases)
    .map(([name, text]) => ({
      name: name as PhraseName,
      literals: text.split(/\{\w+\}/),
      slots: [...text.matchAll(slot)].map(([, wanted]) => wanted!),
    }))
    .sort((a, b) => b.literals.join('').length - a.literals.join('').length));

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
