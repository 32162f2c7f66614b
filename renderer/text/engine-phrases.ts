/** What the engine says in English, in another language. */
import { recognize } from '../../shared/phrases/phrase.ts';
import type { Filling, PhraseName } from '../../shared/phrases/phrase.ts';

/** Every phrase of the engine in a language. */
export type Translations = { readonly [Name in PhraseName]: (filling: Filling<Name>) => string };

/** A number as the engine writes it, alone or before its unit. */
const decimal = /^(\d+)\.(\d+)(?=%?$| (?:dB|s|ms|kB|MB|GB|TB)$)/;

/** Sentences whose translation is kept, for a table asks for its own again and again. */
const mostKept = 2_000;

/**
 * Translates what the engine says: a phrase, or several in a row. What it takes from elsewhere (an error of ONNX Runtime, a
 * file's name) is left as it is.
 */
export function translator(translations: Translations): (said: string) => string {
  const fill = (slot: string): string => said(slot) ?? slot.replace(decimal, '$1,$2');
  // Several phrases first: a slot at the end of the first would else take the others in.
  const said = (text: string): string | null => {
    const parts = inParts(text, /(?<=\.) |(?<=;) /, translated);
    if (parts?.whole === true) return parts.text;
    const list = inParts(text, /(?<=,) /, translated);
    return list?.whole === true ? list.text : (translated(text) ?? parts?.text ?? null);
  };
  const translated = (sentence: string): string | null => {
    const found = recognize(sentence);
    if (found === null) return null;
    const filling = Object.fromEntries(Object.entries(found.filling).map(([slot, text]) => [slot, fill(text)]));
    return (translations[found.name] as (filling: Readonly<Record<string, string>>) => string)(filling);
  };
  const asked = new Map<string, string>();
  return (text) => {
    const before = asked.get(text);
    if (before !== undefined) return before;
    if (asked.size >= mostKept) asked.clear();
    const answer = said(text) ?? text;
    asked.set(text, answer);
    return answer;
  };
}

/** Of sentences or phrases in a row each for itself, and whether all of them are phrases; null where none is, or there is but one. */
function inParts(
  said: string,
  between: RegExp,
  translated: (part: string) => string | null,
): { readonly text: string; readonly whole: boolean } | null {
  const parts = said.split(between);
  if (parts.length === 1) return null;
  const words = parts.map((part) => {
    const [stop = ''] = /[;,]$/.exec(part) ?? [];
    const text = translated(part.slice(0, part.length - stop.length));
    return text === null ? null : text + stop;
  });
  if (words.every((text) => text === null)) return null;
  return { text: words.map((text, index) => text ?? parts[index]).join(' '), whole: !words.includes(null) };
}
