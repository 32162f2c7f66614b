import { describe, expect, test } from 'vitest';
import { passes } from '../../main/engine/passes/index.ts';
import { builtInRecipes } from '../../main/engine/passes/recipes.ts';
import { createFormat } from '../../renderer/text/format.ts';
import { en } from '../../renderer/text/en.ts';
import { ptBr } from '../../renderer/text/pt-br.ts';

describe('quantities', () => {
  const english = createFormat('en');
  const portuguese = createFormat('pt-BR');

  test.each([
    [0.4127, '413 µs', '413 µs'],
    [9.876, '9.88 ms', '9,88 ms'],
    [15.04, '15.0 ms', '15,0 ms'],
    [2_500, '2.50 s', '2,50 s'],
  ])('%f ms is written with three digits and its unit', (valueMs, inEnglish, inPortuguese) => {
    expect([english.latencyMs(valueMs), portuguese.latencyMs(valueMs)]).toEqual([inEnglish, inPortuguese]);
  });

  test('ticks of an axis share the unit of the largest and carry no empty decimals', () => {
    const ticks = [0, 0.5, 1, 1.5];
    expect(ticks.map((tick) => english.latencyTickMs(tick, ticks))).toEqual(['0 ms', '0.5 ms', '1 ms', '1.5 ms']);
    expect(english.latencyTickMs(0.05, [0, 0.05, 0.1])).toBe('50 µs');
  });

  test('sizes and counts step by thousands, and round into the next step', () => {
    expect(['1.59 MB', '429 kB', '1.00 MB', '0 B']).toEqual([1_590_000, 429_000, 999_900, 0].map(english.bytes));
    expect(english.count(45_300_000)).toBe('45.3 M');
    expect(english.durationMs(3_725_000)).toBe('1 h 2 min');
    expect(portuguese.percent(0.9873, 2)).toBe('98,73%');
  });
});

/** The shape of texts: which keys there are, and how many arguments each sentence takes. */
function shape(value: unknown): unknown {
  if (typeof value === 'function') return `takes ${value.length}`;
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

test('both languages have every text, none of them empty', () => {
  expect(shape(ptBr)).toEqual(shape(en));
  for (const text of [en, ptBr]) expect(JSON.stringify(text)).not.toMatch(/[:[,]""/);
});

test('a time in a table has the year only where it is not this one', () => {
  const { shortDateTime } = createFormat('en');
  const year = new Date().getFullYear();
  expect(shortDateTime(new Date(year, 5, 9, 20, 4).toISOString())).toBe('Jun 9, 20:04');
  expect(shortDateTime(new Date(year - 1, 5, 9, 20, 4).toISOString())).toBe(`Jun 9, ${year - 1}`);
});

test('what the engine says of its recipes and passes is said in Portuguese too', () => {
  for (const { name, description = '' } of builtInRecipes)
    expect(ptBr.optimize.recipeText(name, description), name).not.toBe(description);
  for (const pass of passes) {
    const said = ptBr.optimize.passText(pass.name, pass);
    expect(said.title, pass.name).not.toBe(pass.title);
    expect(said.description, pass.name).not.toBe(pass.description);
  }
});
