/** The library of datasets over real imports of arrays, tables, ONNX test data and sound. */
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import type { ImportRequest } from '../../../shared/dataset.ts';
import { DataType, TensorProtoSchema } from '../../../main/engine/onnx/proto.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { wavOf } from '../../fixtures/wav-bytes.ts';
import { sharedLibrary, write } from '../../fixtures/dataset-library.ts';
import { zipOf } from '../../fixtures/zip-bytes.ts';

const { datasets } = sharedLibrary();
const add = async (request: ImportRequest) => (await datasets.add(request)).dataset;

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
