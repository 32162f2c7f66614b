import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { explainAbsence, explainFailure } from '../../main/engine/hardware/provider-cures.ts';
import { describePass } from '../../main/engine/passes/describe-pass.ts';
import { parseSpecification } from '../../main/engine/sweep/specification.ts';
import { passes } from '../../main/engine/passes/index.ts';
import { phrases, recognize, say } from '../../shared/phrases/phrase.ts';
import type { PhraseName } from '../../shared/phrases/phrase.ts';
import { engine as english } from '../../renderer/text/en/engine.ts';
import { engine as portuguese } from '../../renderer/text/pt-br/engine.ts';
import { optimize as texts } from '../../renderer/text/pt-br/optimize.ts';
import { optionTexts } from '../../renderer/text/pt-br/pass-options.ts';

const names = Object.keys(phrases) as PhraseName[];
const slotsOf = (name: PhraseName): readonly string[] =>
  [...phrases[name].matchAll(/\{(\w+)\}/g)].map(([, slot]) => slot!);
const sayAny = say as (name: PhraseName, filling: Readonly<Record<string, string>>) => string;
/** No two slots alike, so that one in the place of another is seen. */
const filled = (name: PhraseName): Readonly<Record<string, string>> =>
  Object.fromEntries(
    slotsOf(name).map((slot, index) => [slot, ['count', 'line'].includes(slot) ? '1,234' : `${slot}-${index}`]),
  );

test.each(passes.map((pass) => describePass(pass)))('$name and all its options are told in Portuguese', (pass) => {
  expect(texts.passText(pass.name, pass)).not.toBe(pass);
  for (const option of pass.options) {
    expect(texts.optionText(pass.name, option), option.name).not.toBe(option.description);
  }
  expect(Object.keys(optionTexts[pass.name] ?? {})).toEqual(pass.options.map(({ name }) => name));
});

describe('what the engine says', () => {
  test('no name stands for two phrases', () => {
    const folder = new URL('../../shared/phrases/', import.meta.url);
    const all = readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^ {2}(\w+): *\n? *['"`]/gm)].map(([, name]) => name!),
    );
    expect(all.toSorted()).toEqual(names.toSorted());
  });

  test.each(names)('%s is recognized with what fills it, and said in Portuguese with all of it', (name) => {
    const said = sayAny(name, filled(name));
    expect(recognize(said)[0]).toMatchObject({ name, filling: filled(name) });
    expect(english(said)).toBe(said);
    const translated = portuguese(said);
    expect(translated).not.toBe(said);
    for (const value of Object.values(filled(name))) expect(translated).toContain(value);
  });

  test('of phrases that fit, the one that says most itself', () => {
    const tested = say('failed', { title: say('theTest', { provider: 'cuda' }), why: say('killed') });
    expect(portuguese(tested)).toBe(
      'A prova de cuda falhou: seu processo foi encerrado de fora (SIGKILL); execute de novo.',
    );
    const late = say('tooLong', { title: 'Resnet failed: again', deadline: '1 s' });
    expect(recognize(late)[0]).toMatchObject({
      name: 'tooLong',
      filling: { title: 'Resnet failed: again', deadline: '1 s' },
    });
    expect(recognize('The test of ')).toEqual([]);
  });

  test.each(names.filter((name) => slotsOf(name).length > 0))(
    '%s says enough itself not to be taken for a foreign sentence',
    (name) => {
      // Beside a number, which nothing else may stand for, a word is enough.
      const least = slotsOf(name).some((slot) => ['count', 'line'].includes(slot)) ? 5 : 8;
      expect(phrases[name].replaceAll(/\{\w+\}/g, '').length).toBeGreaterThanOrEqual(least);
    },
  );

  test('in a phrase another, numbers with their comma, and foreign errors as they are', () => {
    const ended = say('failed', { title: say('theCell'), why: say('crashed', { signal: 'SIGSEGV' }) });
    expect(portuguese(ended)).toBe(
      'A célula falhou: seu processo quebrou (SIGSEGV); veja no log o que escreveu por último.',
    );
    const late = say('tooLong', { title: say('theCell'), deadline: '1.0 s' });
    expect(portuguese(late)).toContain('seu prazo de 1,0 s');
    const noisy = say('otherWork', { cores: '0.40' });
    expect(portuguese(noisy)).toBe('outros processos usaram 0,40 núcleos');
    const overflow = say('oneOverflow', { magnitude: '6.6e+4', tensor: 'x', nodes: 'Conv_0' });
    expect(portuguese(overflow)).toContain('(até 6,6e+4 em "x")');
    expect(portuguese('Non-zero status code returned.')).toBe('Non-zero status code returned.');
  });

  test('a reason and its cure in one note', () => {
    const surroundings = { platform: 'linux', architecture: 'x64', devices: [] } as const;
    const { reason, cure } = explainFailure('cuda', '', surroundings);
    expect(portuguese(say('leftOut', { provider: 'cuda', why: `${reason} ${cure}` }))).toBe(
      'cuda fica de fora: Nenhuma GPU da NVIDIA foi encontrada nesta máquina, e cuda precisa de uma. Use webgpu para outras GPUs, ou cpu.',
    );
  });

  test('a cure after a reason that ends in what fills it', () => {
    const { reason, cure } = explainAbsence('dml', { platform: 'linux', architecture: 'x64', devices: [] });
    expect(portuguese(say('leftOut', { provider: 'dml', why: `${reason} ${cure}` }))).toBe(
      'dml fica de fora: O DirectML só existe no Windows, e este sistema é Linux (x64). Use webgpu para uma GPU aqui.',
    );
  });

  test('a cure that is one phrase with a semicolon in it, after a reason with another in it', () => {
    const why = `${say('testFailed', { detail: say('webgpuFindsNothing') })} ${say('updateGraphics')}`;
    expect(portuguese(say('leftOut', { provider: 'webgpu', why }))).toBe(
      `webgpu fica de fora: ${portuguese(say('testFailed', { detail: say('webgpuFindsNothing') }))} ${portuguese(say('updateGraphics'))}`,
    );
    expect(portuguese(say('updateGraphics'))).toContain('até lá');
  });

  test('a list of phrases, and one within another', () => {
    const trial = `${say('groupsPruned', { count: 2, all: 3 })}, ${say('groupsInEightBits', { count: 4, all: 9 })}`;
    const figures = `${say('pointsLost', { points: '0.50' })}, ${say('latencyTimes', { ratio: '0.800', low: '0.750', high: '0.850' })}`;
    const reason = `${say('fastestFound', { trial: say('trialConfirmed', { trial }), figures })} ${say('triedRejected', { rejected: 1, trials: 6 })}`;
    expect(portuguese(reason)).toBe(
      '"2 de 3 grupos de canais podados, 4 de 9 grupos em 8 bits, confirmada" tem 0,50 pontos de acurácia perdidos, 0,800 vezes a latência do original (intervalo de 95% de 0,750 a 0,850): a mais rápida dentro dos limites. 1 de 6 tentativas foram rejeitadas.',
    );
  });

  test('the reading of which most is known', () => {
    const why = say('jobOutOfMemory');
    expect(portuguese(say('failed', { title: say('jobInspecting'), why }))).toBe(
      'A inspeção do modelo falhou: faltou memória ao seu processo; feche outros programas ou use um modelo menor.',
    );
    expect(portuguese(say('inspecting', { name: 'a model' }))).toBe('Inspecionando a model');
  });

  test.each([
    ['rounds: 0', 'rounds deve ser um número inteiro a partir de 1, e não 0.'],
    ['batchSizes: four', 'batchSizes deve conter números inteiros a partir de 1, e não "four".'],
    ['batchSize: [1]', 'uma varredura não tem a chave "batchSize"; você quis dizer "batchSizes"?'],
    ['conditions: 4', 'conditions deve ser um objeto com cores, priority, coolDownSeconds, turns, e não 4.'],
    ['name: y', 'isto não é YAML válido (uma chave se repete).'],
    ['threads:', 'threads está vazio, e deve conter números inteiros a partir de 1.'],
  ])('a mistake in a specification: %s', (line, translated) => {
    expect(() => parseSpecification(`name: x\nmodels: a\n${line}`)).toThrow(
      expect.objectContaining({
        message: expect.toSatisfy((said: string) => portuguese(said) === `linha 3: ${translated}`),
      }),
    );
  });

  test('a sentence with semicolons inside of one', () => {
    const reason = say('otherRate', { own: 8000, wanted: 16_000 });
    const said = say('noUsableExample', { count: 3, name: 'my calls', source: 'a b.wav', reason });
    expect(portuguese(said)).toBe(
      'Nenhum dos 3 exemplos em my calls pode ser usado: o primeiro, a b.wav, porque tem 8000 Hz, mas a preparação aceita 16000 Hz; converta-o antes.',
    );
    expect(portuguese(`There is no file "a; b. c".`)).toBe('Não há um arquivo "a; b. c".');
  });

  test('what a time rests on, in parts', () => {
    const basis = `${say('basisOfSome', { cells: 4, basis: say('sameRuns', { runs: 12 }) })}; ${say('basisOfOne', { basis: say('midway') })}`;
    expect(portuguese(basis)).toBe(
      '4 células: 12 execuções anteriores destas células; 1 célula: sem execuções anteriores, a meio caminho entre o menor e o maior aquecimento e medição',
    );
  });
});
