import type { JudgedTask } from '../../../../shared/dataset.ts';
import { readClassLabels } from '../class-labels.ts';
import { chosenOutput, noOutput, notNumbers } from './evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import type { LabelFile } from './judge-classes.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Every pair is compared: so many take a second or so. */
const mostExamples = 4_000;

/** Vectors [batch, length]: each example looks for others with its label among all. */
export async function judgeEmbeddings(
  { output }: Extract<JudgedTask, { kind: 'embeddings' }>,
  { dataset, path, exampleCount }: LabelFile,
): Promise<Evaluator> {
  const all = await readClassLabels(dataset, path, exampleCount);
  const count = Math.min(mostExamples, exampleCount);
  const labels = all.slice(0, count);
  let vectors: Float32Array | null = null;
  let length = 0;
  let broken = 0;
  return {
    add: async ({ outputs, real, first }) => {
      const chosen = chosenOutput(outputs, output, ({ shape }) => shape.length === 2);
      if (chosen === undefined) return;
      length = chosen.shape[1]!;
      vectors ??= new Float32Array(count * length);
      for (let row = 0; row < real && first + row < count; row += 1) {
        const own = Float32Array.from({ length }, (_, at) => Number(chosen.values[row * length + at]));
        const size = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
        if (Number.isNaN(size)) broken += 1;
        vectors.set(size === 0 ? own : own.map((value) => value / size), (first + row) * length);
      }
    },
    finish: () => {
      if (vectors === null) return { answers: null, warnings: [noOutput(output, '[batch, length]')] };
      const warnings = [
        ...(broken === 0 ? [] : [notNumbers(broken, count)]),
        ...(count === exampleCount ? [] : [say('recallAmongFirst', { count, examples: exampleCount })]),
      ];
      return { answers: { kind: 'embeddings', labels, ...compareAll(vectors, length, labels) }, warnings };
    },
  };
}

/** For unit vectors: what each example finds among the others. */
function compareAll(vectors: Float32Array, length: number, labels: Int32Array) {
  const count = labels.length;
  const firstHit = new Int32Array(count).fill(-1);
  const sameCosine = new Float64Array(count).fill(NaN);
  const otherCosine = new Float64Array(count).fill(NaN);
  const cosines = new Float64Array(count);
  for (let query = 0; query < count; query += 1) {
    const [same, other] = [
      { sum: 0, count: 0 },
      { sum: 0, count: 0 },
    ];
    let nearest = -Infinity;
    for (let item = 0; item < count; item += 1) {
      if (item === query) continue;
      let cosine = 0;
      for (let at = 0; at < length; at += 1) cosine += vectors[query * length + at]! * vectors[item * length + at]!;
      cosines[item] = cosine;
      const group = labels[item] === labels[query] ? same : other;
      group.sum += cosine;
      group.count += 1;
      if (group === same && cosine > nearest) nearest = cosine;
    }
    if (same.count > 0) {
      let nearer = 0;
      for (let item = 0; item < count; item += 1) {
        if (item !== query && labels[item] !== labels[query] && !(cosines[item]! < nearest)) nearer += 1;
      }
      firstHit[query] = nearer;
      sameCosine[query] = same.sum / same.count;
    }
    if (other.count > 0) otherCosine[query] = other.sum / other.count;
  }
  return { firstHit, sameCosine, otherCosine };
}
