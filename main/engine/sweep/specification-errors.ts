/** What is wrong with a specification, in sentences that name the field, the rule and the value. */
import type { z } from 'zod';
import { providerNames } from '../../../shared/hardware.ts';
import { measureOptionsSchema, measureProfileNames } from '../../../shared/measurement.ts';
import type { MeasureOptions } from '../../../shared/measurement.ts';
import { conditionsSchema, graphOptimizationLevels, sweepSpecificationSchema } from '../../../shared/sweep.ts';
import type { Conditions, SweepSpecification } from '../../../shared/sweep.ts';
import { suggestion } from './nearest-name.ts';
import type { DocumentPath } from './yaml-lines.ts';

type Issue = z.core.$ZodIssue;

/** One mistake: where it stands and the sentence without its line. */
export interface SpecificationMistake {
  readonly path: DocumentPath;
  readonly message: string;
}

const list = (names: readonly string[]): string => names.join(', ');
const positiveMs = 'must be a number of milliseconds above 0';

/** Every field needs a rule: one that is added without is an error of types. */
type RuledField = keyof SweepSpecification | `conditions.${keyof Conditions}` | `measure.${keyof MeasureOptions}`;

/** Field (list positions left out) → the rule in words, after the field's name. */
const rules: Readonly<Record<string, string> & Record<RuledField, string>> = {
  name: 'must be a text of 1 to 200 characters',
  models: 'must be a list of names in the library or paths of ONNX files',
  variants: 'must be a list of "original", names of recipes, or { recipe: FILE.yml }',
  'variants.recipe': 'must be the name of a recipe or the path of its file',
  providers: `must be "all" or a list of: ${list(providerNames)}`,
  batchSizes: 'must be whole numbers of at least 1',
  threads: 'must be whole numbers of at least 1',
  graphOptimization: `must be a list of: ${list(graphOptimizationLevels)}`,
  scenarios:
    'must be a list of: single-stream, offline, { offline: { processes: [1, 2] } }, { server: { qps: [50], latencyBoundMs: 15 } }',
  'scenarios.offline': 'must give its processes, as in { offline: { processes: [1, 2] } }',
  'scenarios.offline.processes': 'must be whole numbers of at least 1',
  'scenarios.server': 'must give its rates and bound, as in { server: { qps: [50], latencyBoundMs: 15 } }',
  'scenarios.server.qps': 'must be numbers of queries per second above 0',
  'scenarios.server.latencyBoundMs': positiveMs,
  dataset: 'must be the name of a dataset',
  measure: `must be one of ${list(measureProfileNames)}, or an object of the protocol's fields (${list(Object.keys(measureOptionsSchema.shape))})`,
  'measure.minDurationMs': positiveMs,
  'measure.minSamples': 'must be a whole number of at least 5',
  'measure.targetRelativeInterval': 'must be a fraction above 0 and at most 1 (0.01 is 1%)',
  'measure.maxDurationMs': positiveMs,
  'measure.warmupMinMs': 'must be a number of milliseconds of at least 0',
  'measure.warmupMaxMs': 'must be a number of milliseconds of at least 0',
  'measure.warmupTolerance': 'must be a fraction above 0 and at most 1 (0.05 is 5%)',
  rounds: 'must be a whole number of at least 1',
  seed: 'must be a whole number from 0 to 4294967295',
  inputShapes: 'must give a shape to each input, as in { image: [batch, 3, 224, 224] }',
  sessionOptions: 'must map names of session options to texts',
  control: 'must be true or false',
  remeasureNoisy: 'must be a whole number from 0 to 10',
  conditions: `must be an object of ${list(Object.keys(conditionsSchema.shape))}`,
  'conditions.cores': 'must be a list of numbers of cores, from 0',
  'conditions.priority': 'must be low, normal or high',
  'conditions.coolDownSeconds': 'must be a number of seconds from 0 to 3600',
  'conditions.turns': 'must be true or false',
  cellDeadlineSeconds: 'must be a number of seconds above 0',
  cellMemoryMb: 'must be a number of megabytes above 0',
  accept: 'must be an object of maxDrop (points of accuracy) and minSnrDb (dB)',
  'accept.maxDrop': 'must be a number of at least 0',
  'accept.minSnrDb': 'must be a number',
};

/** Parent field → the keys that may stand in it. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
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
const knownWords: Readonly<Record<string, readonly string[]>> = {
  providers: ['all', ...providerNames],
  graphOptimization: graphOptimizationLevels,
  scenarios: ['single-stream', 'offline'],
  measure: measureProfileNames,
  'conditions.priority': ['low', 'normal', 'high'],
};

/** The mistakes behind zod's issues for the value that was checked, unknown keys first (a key that is misspelt is also missing). */
export function mistakesOf(issues: readonly Issue[], value: unknown): SpecificationMistake[] {
  const placed = issues.flatMap((issue) => expand(issue, []));
  const unknownFirst = placed.sort(
    (a, b) => Number(b.issue.code === 'unrecognized_keys') - Number(a.issue.code === 'unrecognized_keys'),
  );
  return unknownFirst.flatMap((issue) => explain(issue, valueAt(value, issue.path)));
}

interface PlacedIssue {
  readonly issue: Issue;
  readonly path: DocumentPath;
}

/** Unions are replaced by the issues of the branch that the value comes nearest to. */
function expand(issue: Issue, base: DocumentPath): PlacedIssue[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const branches = issue.errors.map((issues) => ({
    issues,
    distance: issues.reduce((sum, inner) => sum + distanceOf(inner), 0),
  }));
  const nearest = branches.sort((a, b) => a.distance - b.distance)[0];
  if (nearest === undefined || nearest.distance >= 100) return [{ issue, path }];
  return nearest.issues.flatMap((inner) => expand(inner, path));
}

function distanceOf(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return 10 * issue.keys.length;
  return issue.path.length === 0 ? 100 : 1;
}

function explain({ issue, path }: PlacedIssue, value: unknown): SpecificationMistake[] {
  const field = fieldOf(path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(field, key) }));
  }
  return [{ path, message: sentence(issue, field, path, value) }];
}

function unknownKey(field: string, key: string): string {
  const known = knownKeys[field] ?? [];
  const hint = suggestion(key, known);
  const place = field === '' ? 'a sweep' : field;
  return `"${key}" is not a key of ${place}${hint === '' ? `, which takes ${list(known)}.` : hint}`;
}

function sentence(issue: Issue, field: string, path: DocumentPath, value: unknown): string {
  const shown =
    field.startsWith('inputShapes.') || field.startsWith('sessionOptions.') ? path.slice(0, 2).join('.') : field;
  if (field === '') return 'a sweep must be written as keys and values, such as "name: my sweep".';
  if (value === undefined) return `${shown} is missing; it ${ruleOf(field, path)}.`;
  if (Array.isArray(value) && issue.code === 'too_small') return `${shown} is empty; give at least one.`;
  if (Array.isArray(value) && issue.code === 'too_big')
    return `${shown} may hold at most ${issue.maximum} entries, not ${value.length}.`;
  if (typeof value === 'number' && issue.code === 'too_big' && issue.maximum !== Number.MAX_SAFE_INTEGER) {
    return `${shown} may be at most ${issue.maximum}, not ${value}.`;
  }
  if (value === null) return `${shown} is empty; it ${ruleOf(field, path)}.`;
  if (field === 'providers' && value === 'all')
    return 'providers may be "all" only by itself; remove the others, or name each.';
  const hint = typeof value === 'string' ? suggestion(value, knownWords[field] ?? []) : '';
  return hint === ''
    ? `${shown} ${ruleOf(field, path)}, not ${inWords(value)}.`
    : `${shown} can't be ${inWords(value)}${hint}`;
}

function ruleOf(field: string, path: DocumentPath): string {
  const rule = rules[field];
  if (rule !== undefined) return rule;
  return path[0] === 'inputShapes'
    ? 'must be a list of whole numbers of at least 1 and the word batch'
    : 'must be a text';
}

/** The path without positions in lists: `scenarios.server.qps`. */
const fieldOf = (path: DocumentPath): string => path.filter((part) => typeof part === 'string').join('.');

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    return (inner as Record<string | number, unknown>)[part];
  }, value);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
