import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../../../shared/contract.ts';
import { createLibrary } from '../../../main/engine/library/library.ts';
import type { Library } from '../../../main/engine/library/library.ts';
import { makeNode } from '../../../main/engine/onnx/proto.ts';
import type { Clock } from '../../../main/engine/ports.ts';
import { encodeModel } from '../../../main/engine/onnx/write-model.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import {
  builtModel,
  externalWeights,
  floats,
  productModel,
  weightBytes,
  writeBuilt,
} from '../../fixtures/built-models.ts';
import { realModels, sourceJobs } from '../../fixtures/real-models.ts';
import { handClock, temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

interface World {
  readonly library: Library;
  readonly store: Store;
  readonly events: readonly EngineEvent[];
  /** A fresh folder with a model `product.onnx`. */
  readonly folder: string;
  readonly product: string;
}

function world(clock: Clock = handClock()): World {
  const store = temporaryStore({ clock });
  const events: EngineEvent[] = [];
  const library = createLibrary({ store, jobs: sourceJobs(), publish: (event) => events.push(event), clock });
  const folder = temporaryFolder();
  return { library, store, events, folder, product: writeBuilt(join(folder, 'product.onnx'), productModel()) };
}

const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
/** Whatever an import that did not end well left behind. */
const leftovers = ({ artifacts }: Store): string[] =>
  existsSync(artifacts.folder) ? readdirSync(artifacts.folder).filter((name) => name.startsWith('incoming-')) : [];

describe('adding', () => {
  test('a file keeps a copy under its content, with what is known of it', async () => {
    const { library, store, events } = world();
    const { added, known, failed } = await library.add([realModels.resnet]);
    expect([known, failed]).toEqual([[], []]);
    const sha256 = sha256Of(realModels.resnet);
    expect(added).toEqual([
      expect.objectContaining({
        sha256,
        name: 'digits-resnet',
        precision: 'float32',
        opset: 17,
        macs: 45_328_704,
        lineage: null,
      }),
    ]);
    expect(sha256Of(library.pathOf(sha256))).toBe(sha256);
    expect(library.get('digits-resnet')).toMatchObject({
      importedFrom: realModels.resnet,
      children: [],
      report: null,
      inspection: { nodeCount: 52 },
    });
    expect(library.get(sha256.slice(0, 8)).sha256).toBe(sha256);
    expect(events).toEqual([{ type: 'models-changed' }]);
    expect(leftovers(store)).toEqual([]);
  });

  test('the same content twice, under any name, is one model', async () => {
    const { library, folder, product } = world();
    const copy = join(folder, 'copy.onnx');
    writeFileSync(copy, readFileSync(product));
    const first = await library.add([copy, product, product]);
    expect([first.added.length, first.known.length]).toEqual([1, 0]);
    const again = await library.add([product]);
    expect([again.added, again.known.map(({ name }) => name)]).toEqual([[], ['copy']]);
    expect(library.list().length).toBe(1);
  });

  test('a folder adds every model in it, subfolders included, and says what failed', async () => {
    const { library, store, folder } = world();
    writeBuilt(join(folder, 'deep/er/other.ONNX'), productModel(undefined, { producerName: 'other' }));
    writeFileSync(join(folder, 'notes.txt'), 'no model');
    writeFileSync(join(folder, 'empty.onnx'), '');
    symlinkSync(folder, join(folder, 'circle.onnx'));
    const { added, failed } = await library.add([folder]);
    expect(added.map(({ name }) => name).sort()).toEqual(['other', 'product']);
    expect(failed).toEqual([
      {
        path: join(folder, 'empty.onnx'),
        failure: expect.objectContaining({
          kind: 'invalid-model',
          message: expect.stringMatching(/empty\.onnx is empty; export or download it again\.$/) as string,
        }),
      },
    ]);
    expect(leftovers(store)).toEqual([]);
  });

  test('another model of the same name gets a number', async () => {
    const { library, folder, product } = world();
    const other = writeBuilt(join(folder, 'other/product.onnx'), productModel(undefined, { producerName: 'other' }));
    const { added } = await library.add([product, other]);
    expect(added.map(({ name }) => name)).toEqual(['product', 'product-2']);
  });

  test('takes the data files along: other data is another model, and the copy stands alone', async () => {
    const { library, folder } = world();
    const path = writeBuilt(
      join(folder, 'large/model.onnx'),
      productModel(externalWeights({ location: 'data/w.bin' })),
    );
    mkdirSync(join(folder, 'large/data'));
    writeFileSync(join(folder, 'large/data/w.bin'), weightBytes);
    const first = (await library.add([path])).added[0]!;
    expect(first.sizeBytes).toBe(readFileSync(path).byteLength + 48);
    const kept = library.pathOf(first.sha256);
    expect(readFileSync(join(kept, '../data/w.bin'))).toEqual(Buffer.from(weightBytes));
    expect(await sourceJobs().run('inspect-model', { path: kept })).toMatchObject({ externalDataBytes: 48 });
    expect((await library.add([path])).known.length).toBe(1);
    writeFileSync(join(folder, 'large/data/w.bin'), weightBytes.slice().fill(1));
    const second = (await library.add([path])).added[0]!;
    expect(second.sha256).not.toBe(first.sha256);
    expect(readFileSync(join(kept, '../data/w.bin'))).toEqual(Buffer.from(weightBytes));
  });

  test('tells its progress up to the end', async () => {
    const { library, product } = world();
    const fractions: number[] = [];
    await library.add([product, realModels.squeezenet], { onProgress: (fraction) => fractions.push(fraction!) });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  test('that is cancelled keeps what was added before, and nothing of the rest', async () => {
    const { library, store, product } = world();
    const abort = new AbortController();
    const adding = library.add([product, realModels.resnet, realModels.squeezenet], {
      signal: abort.signal,
      onProgress: (_, message) => message === 'Inspecting digits-resnet' && abort.abort(),
    });
    await expect(adding).rejects.toMatchObject({
      kind: 'cancelled',
      message: expect.stringContaining('those added before stay') as string,
    });
    expect(library.list().map(({ name }) => name)).toEqual(['product']);
    expect(leftovers(store)).toEqual([]);
  });
});

describe('adding what can not be a model fails in one sentence and leaves nothing behind:', () => {
  const plain = { inputs: [floats('x', [1])], outputs: [floats('y', [1])] };
  const bytes = (model: Parameters<typeof encodeModel>[0]): Uint8Array => encodeModel(model);
  test.each([
    [
      'a truncated file',
      readFileSync(realModels.resnet).subarray(0, 100_000),
      'invalid-model',
      /is cut short or damaged: .*; copy or download it again/,
    ],
    ['an empty file', new Uint8Array(0), 'invalid-model', /is empty/],
    ['text', Buffer.from('just a note'), 'invalid-model', /is not an ONNX model/],
    [
      'a newer opset',
      bytes(productModel(undefined, { opsetImport: [{ domain: '', version: 99n }] })),
      'invalid-model',
      /uses operator set 99/,
    ],
    ['a newer IR', bytes(productModel(undefined, { irVersion: 99n })), 'invalid-model', /has IR version 99/],
    [
      'an unknown operator',
      bytes(builtModel({ ...plain, nodes: [makeNode('Frobnicate', ['x'], ['y'])] })),
      'invalid-model',
      /operator "Frobnicate"/,
    ],
    [
      'missing external data',
      bytes(productModel(externalWeights({ location: 'none.bin' }))),
      'invalid-model',
      /"none\.bin" is missing; put it beside the model/,
    ],
    [
      'external data outside',
      bytes(productModel(externalWeights({ location: '../w.bin' }))),
      'invalid-model',
      /points out of the folder of the model/,
    ],
  ] as const)('%s', async (_, content, kind, message) => {
    const { library, store, events, folder } = world();
    const path = join(folder, 'bad.onnx');
    writeFileSync(path, content);
    const { added, known, failed } = await library.add([path]);
    expect([added, known]).toEqual([[], []]);
    expect(failed).toEqual([
      {
        path,
        failure: expect.objectContaining({ kind, message: expect.stringMatching(message) as string }) as unknown,
      },
    ]);
    expect(failed[0]!.failure.message).toMatch(/^[^\n]*bad\.onnx[^\n]*\.$/);
    expect(leftovers(store)).toEqual([]);
    expect(events).toEqual([]);
  });

  test('a path that is not there, and a folder without models', async () => {
    const { library } = world();
    const { failed } = await library.add(['/no/such.onnx', temporaryFolder()]);
    expect(failed.map(({ failure }) => failure.message)).toEqual([
      'There is no file or folder "/no/such.onnx".',
      expect.stringMatching(/^The folder .* holds no \*\.onnx file\.$/),
    ]);
  });
});

describe('the library', () => {
  test('removes a model and brings it back, by name or by its content', async () => {
    const { library, folder, product } = world();
    const { sha256 } = (await library.add([product])).added[0]!;
    library.remove('product');
    expect(library.list()).toEqual([]);
    expect(() => library.get('product')).toThrow(/No model is called "product"/);
    // Its name is free meanwhile; it comes back under another.
    const other = writeBuilt(join(folder, 'other/product.onnx'), productModel(undefined, { producerName: 'other' }));
    await library.add([other]);
    expect(library.restore(sha256).name).toBe('product-2');
    library.remove('product-2');
    expect((await library.add([product])).added.map((model) => model.sha256)).toEqual([sha256]);
  });

  test('names the nearest model for one that it has not, and asks for more digits of an ambiguous prefix', async () => {
    const { library } = world();
    await library.add([realModels.resnet]);
    expect(() => library.resolve('digits-resnt')).toThrow(/No model is called "digits-resnt".*digits-resnet/);
    expect(() => library.resolve('abc')).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  test('changes name, tags and note, and refuses a name that is taken', async () => {
    const { library } = world();
    await library.add([realModels.resnet, realModels.squeezenet]);
    expect(library.update('digits-resnet', { name: 'mine', tags: ['a'], note: 'n' })).toMatchObject({
      name: 'mine',
      tags: ['a'],
      note: 'n',
    });
    expect(() => library.update('mine', { name: 'digits-squeezenet' })).toThrow(
      expect.objectContaining({ kind: 'conflict' }),
    );
  });

  test('adds a variant with its lineage, once', async () => {
    const { library, folder, product } = world();
    const parent = (await library.add([product])).added[0]!;
    const modelPath = writeBuilt(join(folder, 'variant.onnx'), productModel(undefined, { producerName: 'variant' }));
    const lineage = { parentSha256: parent.sha256, recipeName: 'none', recipeHash: '0'.repeat(64) };
    const report = {
      recipe: { name: 'none', passes: [] },
      passes: [],
      bytesBefore: 1,
      bytesAfter: 1,
      durationMs: 1,
    };
    const variant = { modelPath, name: 'product none', lineage, report };
    expect(await library.addVariant(variant)).toMatchObject({ known: false, model: { name: 'product none', lineage } });
    expect(await library.addVariant(variant)).toMatchObject({ known: true });
    expect(library.get('product').children.map(({ name }) => name)).toEqual(['product none']);
  });

  test('clears away what an import left whose process ended, and leaves one that runs', async () => {
    const { store } = world();
    const dead = join(store.artifacts.folder, 'incoming-999999999-abc');
    const alive = join(store.artifacts.folder, `incoming-${process.ppid}-abc`);
    for (const folder of [dead, alive]) mkdirSync(folder, { recursive: true });
    createLibrary({ store, jobs: sourceJobs(), publish: () => {}, clock: handClock() });
    await vi.waitFor(() => expect(existsSync(dead)).toBe(false));
    expect(existsSync(alive)).toBe(true);
  });
});
