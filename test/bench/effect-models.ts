/** Real models with real inputs, and how right their answers are. */
import { join } from 'node:path';
import { bundledDatasets } from '../../main/engine/accuracy/bundled-datasets.ts';
import { largestIndex } from '../../main/engine/accuracy/metrics.ts';
import { openNpy } from '../../main/engine/accuracy/npy.ts';
import { calibrationSource } from '../../main/engine/passes/calibration-source.ts';
import type { CalibrationSource, Feeds } from '../../main/engine/passes/pass.ts';
import type { Graph } from '../../main/engine/graph/graph.ts';
import type { Session } from '../../main/engine/ports.ts';
import { realModels } from '../fixtures/real-models.ts';
import { lineFeeds, lineTexts, pageFeed, readText } from '../fixtures/text-lines/read-text-lines.ts';

export interface EffectModel {
  readonly label: string;
  readonly path: string;
  /** What is timed and what the signal-to-noise ratio is of. */
  readonly feeds: readonly Feeds[];
  readonly calibrationFor: (graph: Graph) => Promise<CalibrationSource>;
  /** What a session gets right, in words (`99.5%`). */
  readonly judge: (session: Session) => Promise<string>;
}

const digits = bundledDatasets(join(import.meta.dirname, '../../resources'))[0]!.files;
const feedsOf = (feeds: readonly Feeds[]) => (): Promise<CalibrationSource> =>
  Promise.resolve({
    ...{ name: 'lines', count: feeds.length, sha256: '0'.repeat(64) },
    feeds: async function* ({ limit = Infinity } = {}) {
      yield* feeds.slice(0, limit);
    },
  });

/** The starter models on digits, PP-OCR on rendered text. */
export async function effectModels(): Promise<readonly EffectModel[]> {
  const images = await openNpy(digits.inputs[0]!.path);
  const pixels = Float32Array.from((await images.readRows(0, images.rowCount)) as Uint8Array, (byte) => byte / 255);
  await images.close();
  const truth = await openNpy(digits.target!.path);
  const labels = Array.from((await truth.readRows(0, truth.rowCount)) as BigInt64Array, Number);
  await truth.close();
  const slice = (from: number, count: number): Feeds => {
    const values = pixels.subarray(from * 784, (from + count) * 784);
    return { image: { elementType: 'float32', shape: [count, 1, 28, 28], values } };
  };
  const topOne = async (session: Session): Promise<string> => {
    const { shape, values } = Object.values(await session.run(slice(0, labels.length)))[0]!;
    const right = labels.filter((label, row) => largestIndex(values, row * shape[1]!, shape[1]!) === label).length;
    return `${((100 * right) / labels.length).toFixed(1)}%`;
  };
  const starters = (['resnet', 'mobilenet', 'squeezenet'] as const).map((name): EffectModel => ({
    label: `digits-${name}`,
    path: realModels[name],
    feeds: Array.from({ length: 20 }, (_, index) => slice(index, 1)),
    calibrationFor: (graph) => calibrationSource(digits, graph),
    judge: topOne,
  }));
  return [...starters, ...ocrModels()];
}

function ocrModels(): readonly EffectModel[] {
  const lines = lineFeeds();
  const page = [pageFeed()];
  const outputOf = async (session: Session, feeds: Feeds) => Object.values(await session.run(feeds))[0]!;
  return [
    {
      label: 'PP-OCR detection',
      path: realModels.detection,
      feeds: page,
      calibrationFor: feedsOf(page),
      judge: async (session) => {
        const map = (await outputOf(session, page[0]!)).values as Float32Array;
        const text = map.reduce((count, value) => count + (value > 0.3 ? 1 : 0), 0);
        return `${((100 * text) / map.length).toFixed(1)}% of the page is text`;
      },
    },
    {
      label: 'PP-OCR recognition',
      path: realModels.recognition,
      feeds: lines,
      calibrationFor: feedsOf(lines),
      judge: async (session) => {
        let same = 0;
        for (const [index, feeds] of lines.entries())
          if (readText(await outputOf(session, feeds)).trim() === lineTexts[index]) same += 1;
        return `${same} of ${lines.length} lines read`;
      },
    },
    {
      label: 'PP-OCR direction',
      path: realModels.direction,
      feeds: lines,
      calibrationFor: feedsOf(lines),
      judge: async (session) => {
        let upright = 0;
        for (const feeds of lines) {
          const { values } = await outputOf(session, feeds);
          if (Number(values[0]) > Number(values[1])) upright += 1;
        }
        return `${upright} of ${lines.length} lines upright`;
      },
    },
  ];
}
