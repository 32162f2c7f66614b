/** What each field of a specification takes. */
import { providerNames } from '../hardware.ts';
import { measureOptionsSchema, measureProfileNames } from '../measurement.ts';
import type { MeasureOptions } from '../measurement.ts';
import { say } from '../phrases/phrase.ts';
import { conditionsSchema, graphOptimizationLevels, sweepSpecificationSchema } from '../sweep.ts';
import type { Conditions, SweepSpecification } from '../sweep.ts';

/** Names as a sentence lists them. */
export const list = (names: readonly string[]): string => names.join(', ');

/** Every field needs a rule: one that is added without is an error of types. */
type RuledField = keyof SweepSpecification | `conditions.${keyof Conditions}` | `measure.${keyof MeasureOptions}`;

const sizes = say('takesSizes');
const positiveMs = say('takesPositiveMs');
const fewestMs = say('takesMs');
const flag = say('takesFlag');

/** Field (list positions left out) → the rule in words, after "must". */
const rules: Readonly<Record<string, string> & Record<RuledField, string>> = {
  name: say('takesName'),
  models: say('takesModels'),
  variants: say('takesVariants'),
  'variants.recipe': say('takesRecipe'),
  providers: say('takesProviders', { names: list(providerNames) }),
  batchSizes: sizes,
  threads: sizes,
  graphOptimization: say('takesListOf', { names: list(graphOptimizationLevels) }),
  scenarios: say('takesScenarios'),
  'scenarios.offline': say('takesProcesses'),
  'scenarios.offline.processes': sizes,
  'scenarios.server': say('takesRates'),
  'scenarios.server.qps': say('takesQueries'),
  'scenarios.server.latencyBoundMs': positiveMs,
  dataset: say('takesDataset'),
  measure: say('takesMeasure', {
    profiles: list(measureProfileNames),
    fields: list(Object.keys(measureOptionsSchema.shape)),
  }),
  'measure.minDurationMs': positiveMs,
  'measure.minSamples': say('takesCountFrom', { least: 5 }),
  'measure.targetRelativeInterval': say('takesShare', { example: '0.01', percent: '1%' }),
  'measure.maxDurationMs': positiveMs,
  'measure.warmupMinMs': fewestMs,
  'measure.warmupMaxMs': fewestMs,
  'measure.warmupTolerance': say('takesShare', { example: '0.05', percent: '5%' }),
  rounds: say('takesCountFrom', { least: 1 }),
  seed: say('takesCountBetween', { least: 0, most: 4_294_967_295 }),
  inputShapes: say('takesShapes'),
  sessionOptions: say('takesOptions'),
  control: flag,
  remeasureNoisy: say('takesCountBetween', { least: 0, most: 10 }),
  conditions: say('takesObjectOf', { fields: list(Object.keys(conditionsSchema.shape)) }),
  'conditions.cores': say('takesCores'),
  'conditions.priority': say('takesPriority'),
  'conditions.coolDownSeconds': say('takesCoolDown'),
  'conditions.turns': flag,
  cellDeadlineSeconds: say('takesSeconds'),
  cellMemoryMb: say('takesMegabytes'),
  accept: say('takesAccept'),
  'accept.maxDrop': say('takesDrop'),
  'accept.minSnrDb': say('takesNumber'),
};

/** What a field must be, after "must"; the inputs of `inputShapes` and the options of a session have names of their own. */
export const ruleOf = (field: string, isShape: boolean): string =>
  rules[field] ?? (isShape ? say('takesShape') : say('takesText'));

/** Parent field → the keys that may stand in it. */
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(sweepSpecificationSchema.shape),
  measure: Object.keys(measureOptionsSchema.shape),
  conditions: Object.keys(conditionsSchema.shape),
  accept: ['maxDrop', 'minSnrDb'],
  variants: ['recipe'],
  scenarios: ['offline', 'server'],
  'scenarios.offline': ['processes'],
  'scenarios.server': ['qps', 'latencyBoundMs'],
};

/** Field → the words that may stand in it, for "did you mean". */
export const knownWords: Readonly<Record<string, readonly string[]>> = {
  providers: ['all', ...providerNames],
  graphOptimization: graphOptimizationLevels,
  scenarios: ['single-stream', 'offline'],
  measure: measureProfileNames,
  'conditions.priority': ['low', 'normal', 'high'],
};
