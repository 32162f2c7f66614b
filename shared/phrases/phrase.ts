/**
 * Sentences that the engine says, each with a name and slots. They travel and are stored in English; the renderer finds out
 * which one it has before it, and with what in its slots, to say it in another language.
 */
import { cellPhrases } from './cells.ts';
import { noisePhrases } from './noise.ts';
import { planPhrases } from './plan.ts';
import { providerPhrases } from './providers.ts';

/** English by name, `{slot}` where something is filled in. Of two that fit one sentence the first is meant. */
export const phrases = { ...providerPhrases, ...planPhrases, ...cellPhrases, ...noisePhrases };

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

/** Which phrase an English sentence is, and what fills its slots; null where it is none. */
export function recognize(
  sentence: string,
): { readonly name: PhraseName; readonly filling: Filling<PhraseName> } | null {
  for (const [name, pattern] of patterns()) {
    const found = pattern.exec(sentence);
    if (found !== null) return { name, filling: { ...found.groups } as Filling<PhraseName> };
  }
  return null;
}

let known: readonly (readonly [PhraseName, RegExp])[] | null = null;
const patterns = (): NonNullable<typeof known> =>
  (known ??= Object.entries(phrases).map(([name, text]) => [name as PhraseName, patternOf(text)]));

/** Slots take as little as they can. */
const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(slot, '(?<$1>[^]+?)')}$`);
