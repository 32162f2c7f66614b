import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSpecification, parseSpecification } from '../../../main/engine/sweep/specification.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { providerNames } from '../../../shared/hardware.ts';
import { graphOptimizationLevels, sweepSpecificationSchema } from '../../../shared/sweep.ts';

function failureOf(yaml: string): CrivoError {
  try {
    parseSpecification(yaml);
  } catch (error) {
    if (error instanceof CrivoError) return error;
    throw error;
  }
  throw new Error(`Accepted: ${yaml}`);
}

describe('a specification', () => {
  test('of two lines has the defaults', () => {
    expect(parseSpecification('name: x\nmodels: [a]\n').specification).toEqual({
      name: 'x',
      models: ['a'],
      variants: ['original'],
      providers: ['cpu'],
      batchSizes: [1],
      threads: [1],
      graphOptimization: ['all'],
      scenarios: ['single-stream'],
      measure: 'standard',
      rounds: 1,
    });
  });

  test('takes one value where a list may stand, and numbers as session options', () => {
    const yaml = [
      'name: x\nmodels: a\nvariants: { recipe: ./r.yml }\nproviders: webgpu\nbatchSizes: 4\nthreads: 2\ngraphOptimization: basic',
      'scenarios: [offline: { processes: 2 }, server: { qps: 50, latencyBoundMs: 15 }]\nsessionOptions: { session.x64quantprecision: 1, a: true }',
    ].join('\n');
    expect(parseSpecification(yaml).specification).toMatchObject({
      models: ['a'],
      variants: [{ recipe: './r.yml' }],
      providers: ['webgpu'],
      batchSizes: [4],
      threads: [2],
      graphOptimization: ['basic'],
      scenarios: [{ offline: { processes: [2] } }, { server: { qps: [50], latencyBoundMs: 15 } }],
      sessionOptions: { 'session.x64quantprecision': '1', a: 'true' },
    });
  });

  test.each(['providers: all', 'providers: [all]'])('takes %s', (line) => {
    expect(parseSpecification(`name: x\nmodels: a\n${line}`).specification.providers).toBe('all');
  });

  test('knows the line of every part, through block lists and aliases', () => {
    const { lineOf } = parseSpecification(
      'name: x\nmodels:\n  - a\n  - b\nbatchSizes: &sizes [1, 2]\nthreads: *sizes\n',
    );
    expect([
      lineOf(['models']),
      lineOf(['models', 1]),
      lineOf(['batchSizes', 1]),
      lineOf(['threads', 0]),
      lineOf(['rounds']),
    ]).toEqual([2, 4, 5, 5, 1]);
  });
});

const start = 'name: x\nmodels: [a]\n';

describe('a mistake is told with its line', () => {
  test.each([
    ['', 1, 'the specification is empty; write at least a name and a list of models.'],
    ['# only a comment\n', 1, 'the specification is empty; write at least a name and a list of models.'],
    ['name: x\nmodels: [a\n', 3, 'this is not valid YAML (Flow sequence'],
    ['name: x\n\tmodels: a', 2, 'this is not valid YAML (Tabs are not allowed as indentation).'],
    ['name: x\nname: y', 2, 'this is not valid YAML (Map keys must be unique).'],
    ['name: !!foo x', 1, 'this is not valid YAML (Unresolved tag'],
    ['name: x\nmodels: *b', 2, "a YAML alias can't be resolved"],
    [
      'name: x\n---\nname: y',
      2,
      'the specification must be one YAML document; remove the second, which begins with "---".',
    ],
    ['hello', 1, 'a sweep must be written as keys and values, such as "name: my sweep".'],
    ['- name', 1, 'a sweep must be written as keys and values, such as "name: my sweep".'],
    ['name: x', 1, 'models is missing; it must be a list of names in the library or paths of ONNX files.'],
    ['name: 12\nmodels: [a]', 1, 'name must be a text of 1 to 200 characters, not 12.'],
    ['name: x\nmodels: []', 2, 'models is empty; give at least one.'],
    [`${start}batchSize: [1]`, 3, '"batchSize" is not a key of a sweep; did you mean "batchSizes"?'],
    [`${start}zebra: 1`, 3, '"zebra" is not a key of a sweep, which takes name, models, variants'],
    [`${start}batchSizes: [1, 0]`, 3, 'batchSizes must be whole numbers of at least 1, not 0.'],
    [`${start}batchSizes:\n  - 1\n  - -4`, 5, 'batchSizes must be whole numbers of at least 1, not -4.'],
    [`${start}batchSizes: [1.5]`, 3, 'batchSizes must be whole numbers of at least 1, not 1.5.'],
    [`${start}batchSizes: four`, 3, 'batchSizes must be whole numbers of at least 1, not "four".'],
    [`${start}batchSizes: 70000`, 3, 'batchSizes may be at most 65536, not 70000.'],
    [`${start}batchSizes:`, 3, 'batchSizes is empty; it must be whole numbers of at least 1.'],
    [`${start}batchSizes: .nan`, 3, 'batchSizes must be whole numbers of at least 1, not NaN.'],
    [
      `${start}batchSizes: [${Array.from({ length: 101 }, (_, i) => i + 1).join(', ')}]`,
      3,
      'batchSizes may hold at most 100 entries, not 101.',
    ],
    [`${start}threads: [0]`, 3, 'threads must be whole numbers of at least 1, not 0.'],
    [`${start}providers: [cpu, cdua]`, 3, 'providers can\'t be "cdua"; did you mean "cuda"?'],
    [`${start}providers: gpu`, 3, 'providers must be "all" or a list of: cpu, webgpu,'],
    [`${start}providers: [cpu, all]`, 3, 'providers may be "all" only by itself; remove the others, or name each.'],
    [`${start}graphOptimization: extnded`, 3, 'graphOptimization can\'t be "extnded"; did you mean "extended"?'],
    [`${start}scenarios: [singlestream]`, 3, 'scenarios can\'t be "singlestream"; did you mean "single-stream"?'],
    [
      `${start}scenarios: [{ ofline: { processes: 2 } }]`,
      3,
      '"ofline" is not a key of scenarios; did you mean "offline"?',
    ],
    [
      `${start}scenarios:\n  - offline: { processes: [0] }`,
      4,
      'scenarios.offline.processes must be whole numbers of at least 1, not 0.',
    ],
    [
      `${start}scenarios: [{ server: { qps: [0], latencyBoundMs: 5 } }]`,
      3,
      'scenarios.server.qps must be numbers of queries per second above 0, not 0.',
    ],
    [
      `${start}scenarios: [{ server: { qps: 5 } }]`,
      3,
      'scenarios.server.latencyBoundMs is missing; it must be a number of milliseconds above 0.',
    ],
    [`${start}scenarios: [server]`, 3, 'scenarios must be a list of: single-stream, offline,'],
    [`${start}variants: [{ recipes: a }]`, 3, '"recipes" is not a key of variants; did you mean "recipe"?'],
    [`${start}measure: standart`, 3, 'measure can\'t be "standart"; did you mean "standard"?'],
    [`${start}measure:\n  minDuration: 4`, 4, '"minDuration" is not a key of measure; did you mean "minDurationMs"?'],
    [`${start}measure: { minSamples: 2 }`, 3, 'measure.minSamples must be a whole number of at least 5, not 2.'],
    [
      `${start}measure: { minDurationMs: 10, maxDurationMs: 5 }`,
      3,
      'measure.minDurationMs (10) may not be above measure.maxDurationMs (5).',
    ],
    [
      `${start}measure: { warmupMinMs: 10, warmupMaxMs: 5 }`,
      3,
      'measure.warmupMinMs (10) may not be above measure.warmupMaxMs (5).',
    ],
    [`${start}rounds: 0`, 3, 'rounds must be a whole number of at least 1, not 0.'],
    [`${start}seed: -1`, 3, 'seed must be a whole number from 0 to 4294967295, not -1.'],
    [
      `${start}inputShapes: { image: [batch, 0] }`,
      3,
      'inputShapes.image must be a list of whole numbers of at least 1 and the word batch, not 0.',
    ],
    [`${start}sessionOptions: { a: [1] }`, 3, 'sessionOptions.a must be a text, not a list.'],
    [`${start}control: maybe`, 3, 'control must be true or false, not "maybe".'],
    [`${start}remeasureNoisy: often`, 3, 'remeasureNoisy must be a whole number from 0 to 10, not "often".'],
    [
      `${start}conditions: quiet`,
      3,
      'conditions must be an object of cores, priority, coolDownSeconds, turns, not "quiet".',
    ],
    [`${start}conditions: { turns: maybe }`, 3, 'conditions.turns must be true or false, not "maybe".'],
    [`${start}conditions: { turn: true }`, 3, '"turn" is not a key of conditions; did you mean "turns"?'],
    [`${start}conditions: { cores: [x] }`, 3, 'conditions.cores must be a list of numbers of cores, from 0, not "x".'],
    [`${start}conditions: { priority: hgh }`, 3, 'conditions.priority can\'t be "hgh"; did you mean "high"?'],
    [
      `${start}conditions: { coolDownSeconds: -1 }`,
      3,
      'conditions.coolDownSeconds must be a number of seconds from 0 to 3600, not -1.',
    ],
    [`${start}cellDeadlineSeconds: 0`, 3, 'cellDeadlineSeconds must be a number of seconds above 0, not 0.'],
    [`${start}cellMemoryMb: much`, 3, 'cellMemoryMb must be a number of megabytes above 0, not "much".'],
    [`${start}accept: { maxdrop: 1 }`, 3, '"maxdrop" is not a key of accept; did you mean "maxDrop"?'],
    [`${start}accept: { maxDrop: -1 }`, 3, 'accept.maxDrop must be a number of at least 0, not -1.'],
  ])('%j', (yaml, line, message) => {
    const failure = failureOf(yaml);
    expect({ kind: failure.kind, line: failure.line }).toEqual({ kind: 'invalid-input', line });
    expect(failure.message.startsWith(`line ${line}: ${message}`), failure.message).toBe(true);
  });

  test('nesting without end', () => {
    expect(failureOf('['.repeat(100_000))).toMatchObject({
      line: 1,
      message: expect.stringContaining('nested too deeply to be read') as string,
    });
  });

  test('the first is told, the others are in the detail', () => {
    const failure = failureOf('name: x\nmodels: [a]\nrounds: 0\nthreads: 0\nbatchSizes: 0');
    expect(failure.line).toBe(3);
    expect(failure.detail?.split('\n').map((text) => text.slice(0, 15))).toEqual([
      'line 4: threads',
      'line 5: batchSi',
    ]);
  });
});

test('any text is either read or refused with a line', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'name: x\n[]{}-&*!|>#"\'models') })),
      (yaml) => {
        try {
          parseSpecification(yaml);
        } catch (error) {
          expect(error).toBeInstanceOf(CrivoError);
          expect((error as CrivoError).line).toBeGreaterThanOrEqual(1);
        }
      },
    ),
    { numRuns: 500 },
  );
});

const sizes = fc.array(fc.integer({ min: 1, max: 65_536 }), { minLength: 1, maxLength: 5 });
const rates = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3 });
const words = fc.string({ minLength: 1, maxLength: 20 });
const anySpecification = fc
  .record(
    {
      name: words,
      models: fc.array(words, { minLength: 1, maxLength: 4 }),
      variants: fc.array(fc.oneof(words, fc.record({ recipe: words })), { minLength: 1, maxLength: 3 }),
      providers: fc.oneof(fc.constant('all' as const), fc.array(fc.constantFrom(...providerNames), { minLength: 1 })),
      batchSizes: sizes,
      threads: fc.array(fc.integer({ min: 1, max: 1024 }), { minLength: 1, maxLength: 3 }),
      graphOptimization: fc.array(fc.constantFrom(...graphOptimizationLevels), { minLength: 1 }),
      scenarios: fc.array(
        fc.oneof(
          fc.constantFrom('single-stream' as const, 'offline' as const),
          fc.record({ offline: fc.record({ processes: sizes }) }),
          fc.record({ server: fc.record({ qps: rates, latencyBoundMs: fc.integer({ min: 1, max: 1000 }) }) }),
        ),
        { minLength: 1, maxLength: 4 },
      ),
      dataset: words,
      measure: fc.oneof(
        fc.constantFrom('quick' as const, 'submission' as const),
        fc.record({ minSamples: fc.integer({ min: 5, max: 1000 }) }),
      ),
      rounds: fc.integer({ min: 1, max: 1000 }),
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      inputShapes: fc.dictionary(
        words.filter((word) => word !== '__proto__'),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 999 }), fc.constant('batch' as const)), { maxLength: 4 }),
      ),
      sessionOptions: fc.dictionary(
        words.filter((word) => word !== '__proto__'),
        fc.string({ maxLength: 10 }),
      ),
      cellDeadlineSeconds: fc.integer({ min: 1, max: 86_400 }),
      accept: fc.record(
        { maxDrop: fc.double({ min: 0, max: 100, noNaN: true }), minSnrDb: fc.integer() },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['name', 'models'] },
  )
  .map((written) => sweepSpecificationSchema.parse(written));

test('a specification written as YAML reads back the same', () => {
  fc.assert(
    fc.property(anySpecification, (specification) => {
      expect(parseSpecification(formatSpecification(specification)).specification).toEqual(specification);
    }),
    { numRuns: 300 },
  );
});
