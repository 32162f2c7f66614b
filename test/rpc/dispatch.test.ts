import { expect, test } from 'vitest';
import type { Handlers } from '../../shared/contract.ts';
import { CrivoError } from '../../shared/errors.ts';
import { callThrough, createDispatch } from '../../main/rpc/dispatch.ts';

const logged: unknown[] = [];
const logger = {
  info: () => {},
  warn: () => {},
  error: (message: string, fields?: unknown) => logged.push([message, fields]),
};
const handlers = {
  'models.get': ({ model }: { model: string }) => {
    if (model === 'bug') throw new TypeError('x is undefined');
    throw new CrivoError('not-found', `No model is named "${model}".`);
  },
  'queue.start': () => null,
} as unknown as Handlers;
const dispatch = createDispatch(handlers, logger);

test('what is not in the contract, or not as it says, reaches no handler', async () => {
  for (const name of ['constructor', '__proto__', 'models.nothing', 7, null, undefined]) {
    expect(await dispatch(name, {})).toMatchObject({ failure: { kind: 'invalid-input' } });
  }
  for (const input of [
    null,
    undefined,
    'x',
    [],
    { model: 7 },
    { model: '' },
    { model: 'a', more: 1 },
    { model: 'x'.repeat(5_000) },
  ]) {
    expect(await dispatch('models.get', input), JSON.stringify(input)).toMatchObject({
      failure: { kind: 'invalid-input' },
    });
  }
});

test('an expected failure keeps its kind and sentence, through both forms', async () => {
  const reply = await dispatch('models.get', { model: 'a' });
  expect(reply).toEqual({ failure: { kind: 'not-found', message: 'No model is named "a".' } });
  await expect(callThrough(dispatch)('models.get', { model: 'a' })).rejects.toThrow('No model is named "a".');
  expect(await callThrough(dispatch)('queue.start', {})).toBeNull();
});

test('a bug is logged with its stack and told without it', async () => {
  const reply = await dispatch('models.get', { model: 'bug' });
  expect(JSON.stringify(reply)).not.toContain('dispatch.test');
  expect(JSON.stringify(logged)).toContain('dispatch.test');
});
