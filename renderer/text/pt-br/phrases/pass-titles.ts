import type { passTitlePhrases as english } from '../../../../shared/phrases/pass-titles.ts';
import type { Translations } from '../../engine-phrases.ts';
import { passTexts } from '../built-in-recipes.ts';

export const passTitlePhrases: Pick<Translations, keyof typeof english> = {
  titleNormalize: () => passTexts.normalize!.title,
  titleStreamline: () => passTexts.streamline!.title,
  titleOptimizeGraph: () => passTexts['optimize-graph']!.title,
  titleFloat16: () => passTexts['convert-to-float16']!.title,
  titleStatic: () => passTexts['quantize-static']!.title,
  titleDynamic: () => passTexts['quantize-dynamic']!.title,
  titleWeights: () => passTexts['quantize-weights']!.title,
  titleBatch: () => passTexts['make-batch-dynamic']!.title,
  titleShapes: () => passTexts['fix-shapes']!.title,
  titleChannels: () => passTexts['prune-channels']!.title,
  titleZeros: () => passTexts['prune-weights']!.title,
};
