import { expect, test } from 'vitest';
import { browserDispatch } from '../../../main/hosts/web/browser-input.ts';
import { createTransfers } from '../../../main/hosts/web/transfers.ts';

const seen: unknown[] = [];
const dispatch = browserDispatch(
  async (name, input) => {
    seen.push([name, input]);
    return { result: null };
  },
  createTransfers('/nowhere/transfers', { maxBytes: 1_000, idleMs: 1_000 }),
);

test('a browser chooses recipes by name or writes them out, and names no recipe file of the machine', async () => {
  for (const recipe of ['/etc/secret.yml', 'mine.YAML', '../a.yml'])
    expect(await dispatch('variants.make', { model: 'm', recipe })).toMatchObject({ failure: { kind: 'forbidden' } });
  expect(seen).toEqual([]);
  const allowed = [
    { model: 'm', recipe: 'fp16' },
    { model: 'm', recipe: { name: 'a.yml', passes: [{ pass: 'normalize' }] } },
  ];
  for (const input of allowed) await dispatch('variants.make', input);
  expect(seen).toEqual(allowed.map((input) => ['variants.make', input]));
});

test('a browser exports models to downloads only', async () => {
  const reply = await dispatch('models.export', { model: 'm', file: '/etc/model.onnx' });
  expect(reply).toMatchObject({ failure: { kind: 'forbidden' } });
});
