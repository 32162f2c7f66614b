/** What the engine says in English, in another language. */
import { recognize } from '../../shared/phrases/phrase.ts';
import type { Filling, PhraseName } from '../../shared/phrases/phrase.ts';

/** Every phrase of the engine in a language. */
export type Translations = { readonly [Name in PhraseName]: (filling: Filling<Name>) => string };

/** A number as the engine writes it, alone or before its unit. */
const decimal = /^(\d+)\.(\d+)(?=%?$| (?:dB|s|ms|kB|MB|GB|TB)$)/;

/**
 * Translates what the engine says: a phrase, or several in a row. What it takes from elsewhere (an error of ONNX Runtime, a
 * file's name) is left as it is.
 */
export function translator(translations: Translations): (said: string) => string {
  const fill = (slot: string): string =>
    translated(slot) ?? inParts(slot, translated) ?? slot.replace(decimal, '$1,$2');
  const translated = (said: string): string | null => {
    const found = recognize(said);
    if (found === null) return null;
    const filling = Object.fromEntries(Object.entries(found.filling).map(([slot, text]) => [slot, fill(text)]));
    return (translations[found.name] as (filling: Readonly<Record<string, string>>) => string)(filling);
  };
  return (said) => translated(said) ?? inParts(said, translated) ?? said;
}

/** Of sentences in a row each for itself; null where none of them is a phrase. */
function inParts(said: string, translated: (part: string) => string | null): string | null {
  const parts = said.split(/(?<=\.) |(?<=;) /);
  if (parts.length === 1) return null;
  const words = parts.map((part) => {
    const stop = part.endsWith(';') ? ';' : '';
    const text = translated(stop === '' ? part : part.slice(0, -1));
    return text === null ? null : text + stop;
  });
  return words.every((text) => text === null) ? null : words.map((text, index) => text ?? parts[index]).join(' ');
}
