import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Results } from '../../renderer/state/results.svelte.ts';
import { takeFiles } from '../../renderer/state/take-files.ts';
import { Toasts } from '../../renderer/state/toasts.svelte.ts';
import { en } from '../../renderer/text/en.ts';
import { storeComparedSweep } from '../fixtures/compared-sweep.ts';
import { temporaryFolder, temporaryStore } from '../fixtures/temporary-store.ts';
import { storedClient } from './stored-client.ts';

/** A page over an empty store, and a bundle of five runs of another. */
async function page() {
  const there = temporaryStore();
  await storeComparedSweep(there, { cells: [{ ratio: 1 }] });
  const bundle = join(temporaryFolder(), 'Night.CRIVO');
  const { runs } = await there.runs.bundle({}, bundle);
  const here = temporaryStore();
  const results = new Results(storedClient(here));
  const toasts = new Toasts();
  const added: (readonly string[])[] = [];
  const models = {
    add: async (paths: readonly string[]) => {
      added.push(paths);
      return { added: [], known: [], failed: [] };
    },
    list: { load: async () => {} },
  };
  const take = (...paths: string[]) =>
    takeFiles({ models, results, language: { text: en } }, toasts, async () => paths);
  return { here, bundle, runs, results, toasts, added, take };
}

test('a bundle joins the results, is told of, and never reaches the models', async () => {
  const { here, bundle, runs, results, toasts, added, take } = await page();
  const heard: number[] = [];
  results.onStored((stored) => heard.push(stored));
  await take(bundle);
  expect((await here.runs.query({})).total).toBe(runs);
  expect(heard).toEqual([runs]);
  expect(added).toEqual([]);
  expect(toasts.shown.map(({ message }) => message)).toEqual([`${runs} runs of 1 machine were imported.`]);
  await take(bundle);
  expect(toasts.shown.at(-1)!.message).toBe(`${runs} runs of the bundle are here already.`);
  expect(heard, 'nothing new to show').toEqual([runs]);
});

test('models beside a bundle are added, also where the bundle is none', async () => {
  const { here, toasts, added, take } = await page();
  const broken = join(temporaryFolder(), 'broken.crivo');
  writeFileSync(broken, 'no bundle');
  await take(broken, '/models/a.onnx', '/models/a.onnx.data');
  expect(added).toEqual([['/models/a.onnx', '/models/a.onnx.data']]);
  expect(toasts.shown.map(({ tone }) => tone)).toEqual(['bad']);
  expect((await here.runs.query({})).total).toBe(0);
});

test('nothing is asked of the engine where nothing was chosen', async () => {
  const { toasts, added, take } = await page();
  await take();
  expect([added, toasts.shown]).toEqual([[], []]);
});
