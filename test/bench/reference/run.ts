/** Crivo's passes beside the Python reference, file to file, by turns: time and peak memory. Needs Python; installs nothing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '../../../main/engine/onnx/write-model.ts';
import { median } from '../figure.ts';
import { resnetLike, transformerLike } from '../network-models.ts';
import { bytesOf, passRunner } from '../pass-readings.ts';

const python = process.env.PYTHON ?? 'python3';
const rounds = 3;
/** Of the reference's time. */
const target = 0.5;

interface Taken {
  readonly wholeMs: number;
  readonly peakBytes: number | null;
}

const needed = 'import onnx, onnxruntime.quantization, onnx_ir; from onnxconverter_common import float16';
if (spawnSync(python, ['-c', needed], { stdio: 'ignore' }).status === 0) await compare();
else
  console.log(
    `Skipped: ${python} lacks the reference; "pip install onnx==1.23.2 onnx-ir==1.1.0 onnxruntime==1.30.0 onnxconverter-common==1.16.0" in a virtual environment, and name its Python in the variable PYTHON.`,
  );

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-reference-'));
  const run = await passRunner(folder);
  const reference = (task: string, path: string): Taken => {
    const arguments_ = [join(import.meta.dirname, 'passes.py'), task, path, join(folder, 'reference.onnx')];
    const stdout = execFileSync(python, arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Taken;
  };
  try {
    const convolutions = join(folder, 'convolutions.onnx');
    await writeModel(resnetLike(), convolutions);
    const products = join(folder, 'products.onnx');
    await writeModel(transformerLike(400), products);
    const cases = [
      { name: 'fp16', task: 'fp16', path: convolutions, pass: 'convert-to-float16' },
      {
        name: 'weights to 8 bits per channel',
        task: 'int8',
        path: convolutions,
        pass: 'quantize-dynamic={"operators":["Conv"]}',
      },
      { name: 'MatMulNBits, 4 bits', task: 'nbits', path: products, pass: 'quantize-weights' },
    ];
    for (const { name, task, path, pass } of cases) {
      const own: Taken[] = [];
      const theirs: Taken[] = [];
      for (let round = 0; round < rounds; round += 1) {
        own.push(...run(1, path, pass));
        theirs.push(reference(task, path));
      }
      print(name, bytesOf(path), own, theirs);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(name: string, fileBytes: number, own: readonly Taken[], theirs: readonly Taken[]): void {
  const seconds = (taken: readonly Taken[]): number => median(taken.map(({ wholeMs }) => wholeMs)) / 1_000;
  const times = (taken: readonly Taken[]): string =>
    `${(median(taken.map(({ peakBytes }) => peakBytes ?? NaN)) / fileBytes).toFixed(2)}×`;
  const ratio = median(own.map(({ wholeMs }, round) => wholeMs / theirs[round]!.wholeMs));
  console.log(
    `${ratio <= target ? 'met   ' : 'MISSED'}  ${name}, ${(fileBytes / 1e6).toFixed(0)} MB: ${ratio.toFixed(2)} of the reference's time (target ≤ ${target}): ${seconds(own).toFixed(2)} s beside ${seconds(theirs).toFixed(2)} s; peak memory over the file ${times(own)} beside ${times(theirs)}; ${rounds} rounds`,
  );
}
