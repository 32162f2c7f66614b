/** How long a pruned graph takes, over the original, both measured by turns. */
import type { Graph } from '../../graph/graph.ts';
import { tensorInfoOf } from '../../onnx/value-info.ts';
import { encodeModel } from '../../onnx/write-model.ts';
import type { OpenSession, Session } from '../../ports.ts';
import { madeUpFeeds } from '../made-up-feeds.ts';
import type { Feeds, PassContext } from '../pass.ts';

const rounds = 15;
const warmups = 3;

export interface LatencyRatio {
  /** Median latency of the graph over that of the original, one thread, one example. */
  readonly of: (graph: Graph) => Promise<number>;
  readonly release: () => Promise<void>;
}

/** Measures on the first example of the data, on made-up inputs without data. */
export async function latencyRatio(
  original: Graph,
  { calibration, openSession, signal }: Pick<PassContext, 'calibration' | 'openSession' | 'signal'>,
): Promise<LatencyRatio> {
  const feeds = await firstFeeds();
  const before = await open(original, openSession);
  return {
    of: async (graph) => {
      const after = await open(graph, openSession);
      try {
        const times: [number[], number[]] = [[], []];
        for (let round = -warmups; round < rounds; round += 1) {
          signal.throwIfAborted();
          const pair = [await timedMs(before, feeds), await timedMs(after, feeds)] as const;
          if (round >= 0) pair.forEach((ms, place) => times[place]!.push(ms));
        }
        return median(times[1]) / median(times[0]);
      } finally {
        await after.release();
      }
    },
    release: () => before.release(),
  };

  async function firstFeeds(): Promise<Feeds> {
    if (calibration !== null) for await (const first of calibration.feeds({ batchSize: 1, limit: 1 })) return first;
    return madeUpFeeds(original.inputs.filter(({ name }) => original.isInput(name)).map(tensorInfoOf), 7);
  }
}

const open = ({ model }: Graph, openSession: OpenSession): Promise<Session> =>
  openSession(encodeModel(model), { threads: 1 });

async function timedMs(session: Session, feeds: Feeds): Promise<number> {
  const startedMs = performance.now();
  await session.run(feeds);
  return performance.now() - startedMs;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
