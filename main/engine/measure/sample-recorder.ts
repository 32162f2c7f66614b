/** Keeps every latency; beyond a million, in a histogram whose bins are 0.2% wide. */

const mostExact = 1_000_000;
/** A value and the middle of its bin differ by at most 0.1%. */
const binRatio = Math.log(1.002);

export interface SampleRecorder {
  readonly add: (latencyMs: number) => void;
  readonly count: () => number;
  /** In order while exact; ascending, to 0.1%, beyond. */
  readonly samples: () => Float64Array;
  /** At most `most` of the samples so far, evenly spread, ascending: for a running median. */
  readonly glimpse: (most: number) => Float64Array;
  /** False once samples are kept by bin. */
  readonly exact: () => boolean;
}

/** An empty recorder; `limit` is how many are kept exactly. */
export function createSampleRecorder(limit = mostExact): SampleRecorder {
  let values = new Float64Array(Math.min(limit, 4_096));
  let length = 0;
  let bins: Map<number, number> | null = null;
  let binned = 0;
  const toBin = (latencyMs: number): void => {
    const bin = Math.round(Math.log(Math.max(latencyMs, 1e-9)) / binRatio);
    bins!.set(bin, (bins!.get(bin) ?? 0) + 1);
    binned += 1;
  };
  const expand = (): Float64Array => {
    const all = new Float64Array(binned);
    let at = 0;
    for (const [bin, count] of [...bins!].sort(([a], [b]) => a - b)) {
      all.fill(Math.exp(bin * binRatio), at, at + count);
      at += count;
    }
    return all;
  };
  return {
    add: (latencyMs) => {
      if (bins !== null) {
        toBin(latencyMs);
        return;
      }
      if (length === limit) {
        bins = new Map();
        values.forEach(toBin);
        values = new Float64Array(0);
        toBin(latencyMs);
        return;
      }
      if (length === values.length) {
        const larger = new Float64Array(Math.min(limit, values.length * 2));
        larger.set(values);
        values = larger;
      }
      values[length] = latencyMs;
      length += 1;
    },
    count: () => (bins === null ? length : binned),
    samples: () => (bins === null ? values.slice(0, length) : expand()),
    glimpse: (most) => {
      const all = bins === null ? values.subarray(0, length) : expand();
      const step = Math.max(1, all.length / most);
      return Float64Array.from(
        { length: Math.min(most, all.length) },
        (_, index) => all[Math.floor(index * step)]!,
      ).sort();
    },
    exact: () => bins === null,
  };
}
