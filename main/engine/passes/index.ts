/** The registry: every pass, in the order in which they are shown. */
import { CrivoError } from '../../../shared/errors.ts';
import { nameHint } from './known-names.ts';
import { convertToFloat16 } from './float16/convert-to-float16.ts';
import { makeBatchDynamic } from './batch/make-batch-dynamic.ts';
import { fixShapes } from './fix-shapes.ts';
import { normalize } from './normalize/normalize.ts';
import { optimizeGraph } from './optimize-graph.ts';
import type { Pass } from './pass.ts';
import { quantizeDynamic } from './quantization/quantize-dynamic.ts';
import { pruneChannels } from './pruning/prune-channels.ts';
import { pruneWeights } from './pruning/prune-weights.ts';
import { quantizeStatic } from './quantization/quantize-static.ts';
import { streamline } from './streamline/streamline.ts';
import { quantizeWeights } from './quantization/quantize-weights.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export const passes: readonly Pass[] = [
  normalize,
  streamline,
  optimizeGraph,
  convertToFloat16,
  quantizeStatic,
  quantizeDynamic,
  quantizeWeights,
  makeBatchDynamic,
  fixShapes,
  pruneChannels,
  pruneWeights,
];

/** The pass of that name. Raises `invalid-input` with the nearest name. */
export function passNamed(name: string): Pass {
  const found = passes.find((pass) => pass.name === name);
  if (found !== undefined) return found;
  throw new CrivoError(
    'invalid-input',
    say('noPass', {
      name,
      hint: nameHint(
        name,
        passes.map((pass) => pass.name),
      ),
    }),
  );
}
