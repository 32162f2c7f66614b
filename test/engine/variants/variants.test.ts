import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createLibrary } from '../../../main/engine/library/library.ts';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { writeModel } from '../../../main/engine/onnx/write-model.ts';
import { defaultAnalysisOptions } from '../../../main/engine/passes/pruning/analyze-pruning.ts';
import { builtInRecipes } from '../../../main/engine/passes/recipes.ts';
import type { DatasetFiles, JobOptions, JobRunner } from '../../../main/engine/ports.ts';
import { createPruningAnalyses } from '../../../main/engine/variants/pruning-analyses.ts';
import { createRecipeBook } from '../../../main/engine/variants/recipe-book.ts';
import { createVariants } from '../../../main/engine/variants/variants.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { digits, rawDataset, starterModel } from '../../fixtures/cells.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { sourceJobs } from '../../fixtures/real-models.ts';
import { handClock, temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

const recipeNamed = (name: string): Recipe => builtInRecipes.find((recipe) => recipe.name === name)!;

/** A library with one starter model and real job processes. */
async function world(model = 'digits-squeezenet', nodePath = process.execPath) {
  const store = temporaryStore();
  const real = sourceJobs();
  const making = sourceJobs({ nodePath });
  let made = 0;
  const jobs: JobRunner = {
    run: (kind, input, options) => {
      if (kind !== 'make-variant') return real.run(kind, input, options);
      made += 1;
      return making.run(kind, input, options);
    },
  };
  const library = createLibrary({ store, jobs, publish: () => {}, clock: handClock() });
  const { added } = await library.add([starterModel(model)]);
  const workFolder = temporaryFolder();
  const variants = createVariants({ variants: store.variants, library, jobs, isa: async () => ['avx2'], workFolder });
  const parent = added[0]!;
  return {
    ...{ store, library, parent, workFolder, variants },
    made: () => made,
    parentBytes: () =>
      createHash('sha256')
        .update(readFileSync(library.pathOf(parent.sha256)))
        .digest('hex'),
    make: (recipe: Recipe, dataset: DatasetFiles | null = null, options?: JobOptions) =>
      variants.make({ parentSha256: parent.sha256, recipe, dataset }, options),
  };
}

/** Nothing but the parent is in the library, and nothing half-made is on the disk. */
function expectUntouched({ library, parent, parentBytes, workFolder, store }: Awaited<ReturnType<typeof world>>): void {
  expect(library.list()).toEqual([parent]);
  expect(parentBytes()).toBe(parent.sha256);
  expect(readdirSync(workFolder)).toEqual([]);
  expect(readdirSync(store.artifacts.folder).filter((name) => name.startsWith('incoming-'))).toEqual([]);
}

/** A dataset of one NumPy file. */
function datasetOf(shape: readonly number[], values: Float32Array): DatasetFiles {
  const path = join(temporaryFolder(), 'inputs.npy');
  writeFileSync(path, npyBytes('<f4', shape, values));
  return rawDataset(path);
}

test('a variant is named after its parent and recipe, knows where it comes from, and leaves its parent as it was', async () => {
  const all = await world();
  const messages: string[] = [];
  const made = await all.make(recipeNamed('fp16'), null, { onProgress: (_, message) => messages.push(message) });
  expect(made.known).toBe(false);
  expect(made.variant).toMatchObject({ name: 'digits-squeezenet.fp16', precision: 'float16' });
  expect(made.variant.lineage).toEqual({
    parentSha256: all.parent.sha256,
    recipeName: 'fp16',
    recipeHash: await all.variants.hashOf(recipeNamed('fp16'), null),
  });
  expect(made.variant.sizeBytes / all.parent.sizeBytes).toBeLessThan(0.6);
  expect(made.report.passes.map(({ pass }) => pass)).toEqual(['normalize', 'convert-to-float16']);
  expect(all.library.get(all.parent.sha256).children.map(({ name }) => name)).toEqual(['digits-squeezenet.fp16']);
  expect(all.parentBytes()).toBe(all.parent.sha256);
  expect(readdirSync(all.workFolder)).toEqual([]);
  expect(messages).toEqual(expect.arrayContaining(['Convert to half precision', 'Writing the variant']));
});

test('a parent with external data gives the variant that it would give in one file', async () => {
  const all = await world();
  const path = join(temporaryFolder(), 'external.onnx');
  await writeModel(await readModel(starterModel('digits-squeezenet')), path, { externalDataThresholdBytes: 0 });
  const { added } = await all.library.add([path]);
  const external = added[0]!;
  expect(external.sha256).not.toBe(all.parent.sha256);
  const order = { parentSha256: external.sha256, recipe: recipeNamed('fp16'), dataset: null };
  const { variant } = await all.variants.make(order);
  expect((await all.make(recipeNamed('fp16'))).variant.sha256).toBe(variant.sha256);
});

describe('what was made is never made again', () => {
  test('the same meaning under another name is known', async () => {
    const all = await world();
    const first = await all.make(recipeNamed('fp16'));
    const again = await all.make({ ...recipeNamed('fp16'), name: 'half', description: 'mine' });
    expect(again).toEqual({ ...first, known: true });
    expect(all.made()).toBe(1);
  });

  test('two who ask at once get the one', async () => {
    const all = await world();
    const [one, other] = await Promise.all([all.make(recipeNamed('fp16')), all.make(recipeNamed('fp16'))]);
    expect(one.variant).toEqual(other.variant);
    expect(all.made()).toBe(1);
  });

  test('who did not cancel gets it though the other did', async () => {
    const all = await world();
    const abort = new AbortController();
    const first = all.make(recipeNamed('fp16'), null, { signal: abort.signal, onProgress: () => abort.abort() });
    const second = all.make(recipeNamed('fp16'));
    await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await second).variant.name).toBe('digits-squeezenet.fp16');
  });

  test('who waits for another’s can cancel without ending it', async () => {
    const all = await world();
    const abort = new AbortController();
    const first = all.make(recipeNamed('fp16'), null, { onProgress: () => abort.abort() });
    const second = all.make(recipeNamed('fp16'), null, { signal: abort.signal });
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await first).known).toBe(false);
    expect(all.made()).toBe(1);
  });

  test('one that was removed comes back', async () => {
    const all = await world();
    const { variant } = await all.make(recipeNamed('fp16'));
    all.library.remove(variant.sha256);
    const back = await all.make(recipeNamed('fp16'));
    expect(back.variant.sha256).toBe(variant.sha256);
    expect(all.library.list().map(({ name }) => name)).toContain('digits-squeezenet.fp16');
  });

  test('the same recipe and model are the same variant in another library', async () => {
    const [one, other] = await Promise.all([world(), world()]);
    const made = await Promise.all([one.make(recipeNamed('fp16')), other.make(recipeNamed('fp16'))]);
    expect(made[1].variant.sha256).toBe(made[0].variant.sha256);
    expect(made[1].variant.lineage).toEqual(made[0].variant.lineage);
  });

  test('a latency target is measured once: its variant tells the machine and the ratio, and is found again', async () => {
    const all = await world();
    const options = { ratio: 0.3, target: 'latency', importance: 'l2', repair: 'none' };
    const recipe: Recipe = { name: 'quick', passes: [{ pass: 'normalize' }, { pass: 'prune-channels', options }] };
    const made = await all.make(recipe);
    const { figures } = made.report.passes[1]!;
    expect(figures['latency_ratio']).toBeGreaterThan(0);
    expect(figures['measured_on']).toBe(cpus()[0]!.model);
    expect(await all.make({ ...recipe, name: 'again' })).toEqual({ ...made, known: true });
    expect(all.library.get(made.variant.sha256).report!.passes[1]!.figures).toEqual(figures);
    expect(all.made()).toBe(1);
  });
});

test('how sensitive groups are is computed once for a model, its data and the options', async () => {
  const { library, parent, store } = await world();
  let asked = 0;
  const jobs: JobRunner = {
    run: (kind, input, options) => {
      asked += 1;
      return sourceJobs().run(kind, input, options);
    },
  };
  const { analyze } = createPruningAnalyses({ analyses: store.analyses, library, jobs });
  const order = { modelSha256: parent.sha256, dataset: digits, options: { ...defaultAnalysisOptions, examples: 10 } };
  const first = await analyze(order);
  expect(first.examples).toBe(10);
  expect(await analyze(order)).toEqual(first);
  expect(asked).toBe(1);
  await analyze({ ...order, dataset: null });
  expect(asked).toBe(2);
});

describe('a failure is one sentence and leaves nothing behind', () => {
  const nan = new Float32Array(4 * 784).fill(0.5);
  nan[1000] = NaN;
  const cases: [string, string, () => DatasetFiles | null, string | RegExp][] = [
    [
      'no calibration data',
      'int8-static',
      () => null,
      'The recipe "int8-static" needs calibration data; choose a dataset, as in "--dataset digits".',
    ],
    [
      'NaN in the data',
      'int8-static',
      () => datasetOf([4, 1, 28, 28], nan),
      'The dataset mine holds NaN or infinite values near example 2; clean it and try again.',
    ],
    [
      'data of the wrong shape',
      'int8-static',
      () => datasetOf([4, 3, 28, 28], new Float32Array(4 * 3 * 784)),
      /mine.*shape|shape.*mine/i,
    ],
    [
      'a file that is not there',
      'int8-static',
      () => ({ ...digits, calibration: [{ ...digits.inputs[0]!, path: '/nowhere/calibration.npy' }] }),
      /\/nowhere\/calibration\.npy/,
    ],
  ];
  test.each(cases)('%s', async (_, recipe, dataset, sentence) => {
    const all = await world();
    const failure = await all.make(recipeNamed(recipe), dataset()).then(
      () => null,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ name: 'CrivoError' });
    expect(failure!.message).toMatch(sentence);
    expect(failure!.message).not.toContain('\n');
    expectUntouched(all);
  });

  test('an unknown option', async () => {
    const all = await world();
    await expect(
      all.make({ name: 'r', passes: [{ pass: 'convert-to-float16', options: { keepNode: [] } }] }),
    ).rejects.toThrow('Pass "convert-to-float16" has no option "keepNode"; did you mean "keepNodes"?');
    expectUntouched(all);
  });

  test('a model that is quantized already', async () => {
    const all = await world();
    const { variant } = await all.make(recipeNamed('int8-static'), digits);
    await expect(
      all.variants.make({ parentSha256: variant.sha256, recipe: recipeNamed('fp16'), dataset: null }),
    ).rejects.toThrow(
      /^"digits-squeezenet\.int8-static" is quantized already \(.*\); apply "fp16" to the model it was made from\.$/,
    );
  });

  test('cancelled', async () => {
    const all = await world();
    const abort = new AbortController();
    const making = all.make(recipeNamed('fp16'), null, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(making).rejects.toMatchObject({ kind: 'cancelled' });
    expectUntouched(all);
  });

  // What is written to /dev/full finds no space, as on a full disk; the shell keeps its process number when it becomes Node.
  test.skipIf(!existsSync('/dev/full'))('a full disk, whatever is being written when it fills', async () => {
    const limited = join(temporaryFolder(), 'node');
    const all = await world('digits-squeezenet', limited);
    const failing = async (recipe: string, file: string, sentence: RegExp): Promise<void> => {
      const link = `for folder in "${all.workFolder}"/variant-*; do ln -s /dev/full "$folder/${file}"; done`;
      writeFileSync(limited, `#!/bin/sh\n${link}\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
      const failure: unknown = await all.make(recipeNamed(recipe)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'storage', message: expect.stringMatching(sentence) as string });
      expectUntouched(all);
    };
    await failing('fp16', 'values-1.data', /^\S+values-1\.data can't be written: the disk is full; free some space\.$/);
    await failing(
      'fp16',
      'variant.onnx.$$.tmp',
      /^\S+variant\.onnx can't be written: the disk is full; free some space\.$/,
    );
    await failing(
      'graph-basic',
      'after-optimizer.onnx',
      /^ONNX Runtime can't write the optimized model: the disk is full .* and try again\.$/,
    );
  });

  test('a disk that fills while the variant is kept', async () => {
    const all = await world();
    const handle = await open(process.execPath);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const fileHandle = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    // A copy that shares its blocks with the source finds no space when it is flushed.
    const refused = (['write', 'sync'] as const).map((call) => vi.spyOn(fileHandle, call).mockRejectedValue(full));
    const failure: unknown = await all.make(recipeNamed('fp16')).catch((error: unknown) => error);
    for (const call of refused) call.mockRestore();
    expect(failure).toMatchObject({
      kind: 'storage',
      message: expect.stringMatching(
        /^The disk of the data folder \S+ is full .* what was stored before is kept\.$/,
      ) as string,
    });
    expectUntouched(all);
    expect((await all.make(recipeNamed('fp16'))).known).toBe(false);
  });

  test('a process that dies', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bin'));
    const dying = join(folder, 'bin', 'node');
    writeFileSync(dying, '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
    const all = await world('digits-squeezenet', dying);
    await expect(all.make(recipeNamed('fp16'))).rejects.toMatchObject({
      kind: 'job-failed',
      message: expect.stringContaining('SIGKILL') as string,
    });
    expectUntouched(all);
  });
});

describe('the recipe book', () => {
  const mine: Recipe = { name: 'mine', passes: [{ pass: 'normalize' }] };

  test('keeps a person’s own recipes beside the built-in ones', async () => {
    const book = createRecipeBook(temporaryStore().recipes);
    expect(book.save(mine)).toEqual({ recipe: mine, origin: 'own', needsCalibrationData: false });
    expect(
      book
        .list()
        .recipes.filter(({ origin }) => origin === 'own')
        .map(({ recipe }) => recipe),
    ).toEqual([mine]);
    expect(await book.find('mine')).toEqual(mine);
    expect(await book.find('fp16')).toEqual(recipeNamed('fp16'));
    book.remove('mine');
    await expect(book.find('mine')).rejects.toMatchObject({ kind: 'not-found' });
    expect(() => book.remove('fp16')).toThrow("You have no recipe called fp16; built-in recipes can't be removed.");
    expect(() => book.save({ ...mine, name: 'fp16' })).toThrow('"fp16" is a built-in recipe; give yours another name.');
    expect(() => book.save({ ...mine, passes: [{ pass: 'normal' }] })).toThrow('There is no pass "normal"');
  });

  test('reads files', async () => {
    const book = createRecipeBook(temporaryStore().recipes);
    const path = join(temporaryFolder(), 'mine.yml');
    writeFileSync(path, 'name: mine\npasses: [normalize]\n');
    expect(await book.find(path)).toEqual(mine);
    await expect(book.find('/nowhere/mine.yml')).rejects.toThrow(
      "The recipe file /nowhere/mine.yml doesn't exist; check its path.",
    );
    await expect(book.find('fp61')).rejects.toThrow('There is no recipe "fp61"; did you mean "fp16"?');
  });
});
