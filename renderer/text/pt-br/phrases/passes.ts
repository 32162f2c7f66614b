import { countPhrases } from './counts.ts';
import { floatNodePhrases } from './float-nodes.ts';
import { lockedChannelPhrases } from './locked-channels.ts';
import { passNodePhrases } from './pass-nodes.ts';
import { passReportPhrases } from './pass-reports.ts';
import { passTitlePhrases } from './pass-titles.ts';
import { passErrorPhrases } from './pass-errors.ts';
import { recipeErrorPhrases } from './recipe-errors.ts';
import { schemaIssuePhrases } from './schema-issues.ts';
import { pruningPhrases } from './pruning.ts';
import { quantizationPhrases } from './quantization.ts';
import { quantizedNodePhrases } from './quantized-nodes.ts';

export const passPhrases = {
  ...countPhrases,
  ...passReportPhrases,
  ...passNodePhrases,
  ...quantizationPhrases,
  ...floatNodePhrases,
  ...quantizedNodePhrases,
  ...pruningPhrases,
  ...lockedChannelPhrases,
  ...passTitlePhrases,
  ...passErrorPhrases,
  ...recipeErrorPhrases,
  ...schemaIssuePhrases,
};
