import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

const ofParent = 'parent_';

/** A quality figure's name in words; names that are not known stay as they are. */
export const figureName = (name: string, text: Text['accuracy']): string =>
  text.metrics[name] ??
  (name.startsWith(ofParent) ? text.ofParent(figureName(name.slice(ofParent.length), text)) : name);

/** A quality figure with its unit. */
export function figureText(value: number, unit: string, format: Format): string {
  if (unit === '%') return format.percent(value / 100, 2);
  const magnitude = Math.abs(value);
  const plain = magnitude !== 0 && (magnitude < 0.001 || magnitude >= 1e6);
  const text = plain ? value.toExponential(2) : format.number(value, 3);
  return unit === '' ? text : `${text} ${unit}`;
}

/** A p value; small ones as a bound. */
export const pText = (value: number, format: Format): string =>
  value < 0.001 ? `< ${format.number(0.001, 3)}` : format.number(value, 3);
