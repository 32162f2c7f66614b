import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CellDuration } from '../../../main/engine/store/durations.ts';
import { draftSweep, priceSweep } from '../../../main/engine/sweep/planner.ts';
import type { PlanContext } from '../../../main/engine/sweep/planner.ts';
import { parseSpecification } from '../../../main/engine/sweep/specification.ts';
import { cellKey } from '../../../main/engine/store/canonical-json.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { measureProfiles } from '../../../shared/measurement.ts';
import type { Cell, SweepPlan } from '../../../shared/sweep.ts';
import type { PlannedModel } from '../../../main/engine/sweep/resolve-references.ts';
import { planContext, planModel, planRecipe } from './plan-fixture.ts';

const digits = planModel('digits', { image: ['batch', 1, 28, 28] });
const fixed = planModel('fixed', { image: [1, 1, 28, 28] });
const neverRun = (): CellDuration => ({ sameCell: null, similar: null });

function plan(
  yaml: string,
  context: PlanContext = planContext([digits, fixed]),
  earlier: (cell: Cell) => CellDuration = neverRun,
): SweepPlan {
  const draft = draftSweep(parseSpecification(yaml), context);
  return priceSweep(
    draft,
    draft.cells.map(({ cell }) => earlier(cell)),
  );
}

function failureOf(yaml: string, context?: PlanContext): CrivoError {
  try {
    plan(yaml, context);
  } catch (error) {
    if (error instanceof CrivoError) return error;
    throw error;
  }
  throw new Error(`Planned: ${yaml}`);
}

describe('an experiment', () => {
  const many = 'name: x\nmodels: digits\nbatchSizes: [1, 4]\nmeasure: quick';
  test('has a control and a second try for noisy runs from three rounds on, unless it says otherwise', () => {
    expect(plan(`${many}\nrounds: 2`)).toMatchObject({ control: null, remeasure: 0, runCount: 4 });
    expect(plan(`${many}\nrounds: 3`)).toMatchObject({ control: 0, remeasure: 1, runCount: 9 });
    expect(plan(`${many}\nrounds: 3\ncontrol: false\nremeasureNoisy: 0`)).toMatchObject({
      control: null,
      remeasure: 0,
    });
    expect(plan(`${many}\ncontrol: true\nremeasureNoisy: 2`)).toMatchObject({ control: 0, remeasure: 2, runCount: 3 });
  });
  test('takes the first cell that can run as its control', () => {
    expect(plan(`${many}\nproviders: [cuda, cpu]\nrounds: 3`).control).toBe(2);
  });
  test('takes turns with single streams from three rounds and two cells on, unless it says otherwise', () => {
    const turnsOf = (yaml: string) => plan(yaml).cells.map(({ cell }) => cell.conditions?.turns);
    expect(turnsOf(`${many}\nrounds: 3`)).toEqual([true, true]);
    expect(turnsOf(`${many}\nrounds: 3\nscenarios: [single-stream, offline]`)).toEqual([
      ...[true, true, undefined, undefined],
    ]);
    expect(turnsOf(`${many}\nrounds: 2`)).toEqual([undefined, undefined]);
    expect(turnsOf(`${many}\nrounds: 2\nconditions: { turns: true }`)).toEqual([true, true]);
    expect(turnsOf('name: x\nmodels: digits\nrounds: 3')).toEqual([undefined]);
    expect(plan(`${many}\nrounds: 3\nconditions: { turns: false }`).cells[0]!.cell).not.toHaveProperty('conditions');
  });
  test('hands its conditions to each cell, and a cell without any keeps its key', () => {
    const conditions = { cores: [1], priority: 'high', coolDownSeconds: 2 };
    const planned = plan(`${many}\nconditions: { cores: [1], priority: high, coolDownSeconds: 2 }`);
    expect(planned.cells.every(({ cell }) => cell.conditions?.priority === 'high')).toBe(true);
    expect(planned.cells[0]!.cell.conditions).toEqual(conditions);
    expect(plan(many).cells[0]!.cell).not.toHaveProperty('conditions');
  });
});

describe('a plan', () => {
  test('holds the product of all lists', () => {
    const planned = plan(
      `name: x
models: [digits]
variants: [original, fp16]
providers: [cpu, cuda]
batchSizes: [1, 4]
threads: [1, 2]
graphOptimization: [basic, all]
scenarios: [single-stream, offline: { processes: [1, 2] }, server: { qps: [5, 10], latencyBoundMs: 15 }]
rounds: 3
measure: quick`,
      planContext([digits], [planRecipe('fp16')]),
    );
    expect(planned.cells).toHaveLength(2 * 2 * 2 * 2 * 2 * 5);
    // The first cell is the control, too.
    expect(planned).toMatchObject({ control: 0, remeasure: 1, runCount: 3 * 81 });
    expect(planned.cells.filter(({ skipped }) => skipped !== null).every(({ cell }) => cell.provider === 'cuda')).toBe(
      true,
    );
    expect(new Set(planned.cells.map(({ cell }) => JSON.stringify(cell.scenario)))).toEqual(
      new Set([
        '{"kind":"single-stream"}',
        '{"kind":"offline","processes":1}',
        '{"kind":"offline","processes":2}',
        '{"kind":"server","queriesPerSecond":5,"latencyBoundMs":15}',
        '{"kind":"server","queriesPerSecond":10,"latencyBoundMs":15}',
      ]),
    );
    const [first] = planned.cells;
    expect(first?.cell).toMatchObject({
      variant: 'original',
      recipeHash: null,
      measure: measureProfiles.quick,
      inputShapes: { image: [1, 1, 28, 28] },
    });
    expect(planned.seed).toBe(5);
  });

  test('keeps the seed that is stated', () => {
    expect(plan('name: x\nmodels: digits\nseed: 99').seed).toBe(99);
  });

  test('measures twice-named cells once and says so', () => {
    const planned = plan('name: x\nmodels: [digits, digits]\nbatchSizes: [1, 1, 4]');
    expect(planned.cells).toHaveLength(2);
    expect(planned.notes).toEqual(['4 cells stood more than once in the sweep and are measured once.']);
  });

  test('skips a batch that the model fixes, with the cure, and nothing else', () => {
    const planned = plan('name: x\nmodels: [digits, fixed]\nbatchSizes: [1, 4]');
    expect(planned.cells.map(({ cell, skipped }) => [cell.modelName, cell.batchSize, skipped])).toEqual([
      ['digits', 1, null],
      ['digits', 4, null],
      ['fixed', 1, null],
      [
        'fixed',
        4,
        { reason: "The batch of fixed is fixed at 1, so it can't take 4.", cure: 'Apply the recipe dynamic-batch.' },
      ],
    ]);
    expect(planned.runCount).toBe(3);
  });

  test('lets a recipe make the batch dynamic', () => {
    const context = planContext([fixed], [planRecipe('dynamic-batch', { makesBatchDynamic: true })]);
    const planned = plan('name: x\nmodels: fixed\nvariants: dynamic-batch\nbatchSizes: [4]', context);
    expect(planned.cells[0]).toMatchObject({ skipped: null, cell: { inputShapes: { image: [4, 1, 28, 28] } } });
  });

  test("skips a provider that can't be used or isn't there", () => {
    const planned = plan('name: x\nmodels: digits\nproviders: [cuda, qnn]');
    expect(planned.cells.map(({ skipped }) => skipped)).toEqual([
      { reason: 'This machine has no NVIDIA GPU.', cure: 'Choose another provider.' },
      {
        reason: 'The provider qnn is not in this build of ONNX Runtime.',
        cure: 'Choose another provider; `crivo doctor` lists those that work.',
      },
    ]);
    expect(planned).toMatchObject({ runCount: 0, estimateMs: 0, estimateBasis: 'nothing to run' });
  });

  test('takes all providers that work, and notes the others', () => {
    const planned = plan('name: x\nmodels: digits\nproviders: all');
    expect(planned.cells.map(({ cell }) => cell.provider)).toEqual(['cpu']);
    expect(planned.notes).toEqual(['cuda is left out: This machine has no NVIDIA GPU. Choose another provider.']);
  });

  test('runs more threads than cores, with a note', () => {
    const planned = plan('name: x\nmodels: digits\nthreads: [1, 2, 8]\nscenarios: [offline: { processes: 2 }]');
    expect(planned.runCount).toBe(3);
    expect(planned.notes).toEqual([
      'Cells with 8 threads run, but this machine has 2 logical cores: expect them to be slower and noisier.',
      'Cells with 2 × 2 processes × threads run, but this machine has 2 logical cores: the processes share them.',
    ]);
  });

  test('notes a gate that judges nothing', () => {
    expect(plan('name: x\nmodels: digits\naccept: { minSnrDb: 20 }').notes).toEqual([
      'The sweep states what to accept, but has no variants: only variants are judged against their original.',
    ]);
  });
});

describe('shapes', () => {
  const open = planModel('open', { image: [null, 3, 'height', 'width'], size: [2] });

  test('that nobody states are chosen, shown and noted', () => {
    const planned = plan('name: x\nmodels: open\nbatchSizes: [2]', planContext([open]));
    expect(planned.cells[0]?.cell.inputShapes).toEqual({ image: [2, 3, 224, 224], size: [2] });
    expect(planned.notes).toEqual([
      'open leaves sizes open; chosen at batch 2: image [2, 3, 224, 224]. State others with inputShapes.',
    ]);
  });

  test('come from the specification first', () => {
    const planned = plan(
      'name: x\nmodels: open\nbatchSizes: [2]\ninputShapes: { image: [batch, 3, 32, 100] }',
      planContext([open]),
    );
    expect(planned.cells[0]?.cell.inputShapes).toEqual({ image: [2, 3, 32, 100], size: [2] });
    expect(planned.notes).toEqual([]);
  });

  test('come from the dataset next', () => {
    const gray = planModel('gray', { image: ['n', 1, 'h', 'w'] });
    const planned = plan('name: x\nmodels: gray\ndataset: digits', planContext([gray]));
    expect(planned.cells[0]?.cell).toMatchObject({ inputShapes: { image: [1, 1, 28, 28] }, dataset: 'digits' });
    expect(planned.notes).toEqual([]);
  });

  test.each([
    [
      'inputShapes: { image: [batch, 4, 32, 32] }',
      'The input "image" of open takes [?, 3, height, width], which [2, 4, 32, 32] of inputShapes doesn\'t fit.',
    ],
    ['inputShapes: { image: [1, 3, 32, 32] }', 'The shapes of open leave no place for a batch of 2.'],
    [
      'dataset: digits',
      'The input "image" of open takes [?, 3, height, width], which the examples of digits ([2, 1, 28, 28]) don\'t fit.',
    ],
  ])('that contradict the model skip its cells: %s', (line, reason) => {
    const planned = plan(`name: x\nmodels: open\nbatchSizes: [2]\n${line}`, planContext([open]));
    expect(planned.cells.map(({ skipped }) => skipped?.reason)).toEqual([reason]);
  });

  test('hold the batch where the specification puts it', () => {
    const sequence = planModel('sequence', { tokens: ['length', 'batch', 8] });
    const planned = plan(
      'name: x\nmodels: sequence\nbatchSizes: [4]\ninputShapes: { tokens: [16, batch, 8] }',
      planContext([sequence]),
    );
    expect(planned.cells[0]).toMatchObject({ skipped: null, cell: { inputShapes: { tokens: [16, 4, 8] } } });
  });
});

describe('a reference that leads nowhere is an error with its line', () => {
  const context = planContext([digits], [planRecipe('int8-static', { needsCalibrationData: true })], {
    models: new Map<string, PlannedModel | CrivoError>([
      ['digits', digits],
      ['digtis', new CrivoError('not-found', 'There is no model "digtis"; did you mean "digits"?')],
    ]),
  });
  test.each([
    ['name: x\nmodels:\n  - digits\n  - digtis', 4, 'There is no model "digtis"; did you mean "digits"?'],
    ['name: x\nmodels: digits\nvariants: [original, fp8]', 3, 'There is no recipe "fp8".'],
    [
      'name: x\nmodels: digits\nvariants: [int8-static]',
      3,
      'The recipe "int8-static" needs calibration data; name a dataset, as in "dataset: digits".',
    ],
    ['name: x\nmodels: digits\ndataset: digist', 3, 'There is no dataset "digist"; did you mean "digits"?'],
    ['name: x\nmodels: digits\ndataset: imagenet', 3, 'There is no dataset "imagenet"; there are: digits.'],
    [
      'name: x\nmodels: digits\ninputShapes: { imge: [batch, 1, 28, 28] }',
      3,
      'No model of the sweep has an input "imge"; did you mean "image"?',
    ],
    [
      'name: x\nmodels: digits\naccept: { maxDrop: 1 }',
      3,
      'accept.maxDrop is judged by accuracy; name a dataset with labels, or use accept.minSnrDb.',
    ],
  ])('%j', (yaml, line, message) => {
    const failure = failureOf(yaml, context);
    expect({ kind: failure.kind, line: failure.line, message: failure.message }).toEqual({
      kind: 'invalid-input',
      line,
      message: `line ${line}: ${message}`,
    });
  });

  test('a sweep of more cells than can be kept is refused without being built', () => {
    const many = (size: number): string => `[${Array.from({ length: size }, (_, index) => index + 1).join(', ')}]`;
    expect(
      failureOf(
        `name: x\nmodels: digits\nbatchSizes: ${many(100)}\nthreads: ${many(100)}\nscenarios: [offline: { processes: ${many(100)} }]`,
      ).message,
    ).toBe(
      'The sweep has 1000000 cells in 1 round, and a sweep may hold 100000 cells and 1000000 runs; split it into several.',
    );
    expect(
      failureOf(`name: x\nmodels: digits\nbatchSizes: ${many(100)}\nthreads: ${many(100)}\nrounds: 101`).kind,
    ).toBe('invalid-input');
  });
});

describe('the estimate', () => {
  const yaml = 'name: x\nmodels: digits\nbatchSizes: [1, 2, 4, 8]\nmeasure: quick\nrounds: 2';

  test('without earlier runs is midway between what warm-up and measuring may take, and what else a cell takes', () => {
    expect(plan(yaml)).toMatchObject({
      estimateMs: 2 * 4 * (500 + 1_100 + 2_000),
      estimateBasis: 'no earlier runs: midway between the shortest and the longest warm-up and measuring',
    });
  });

  test('learns from the same cells and from similar ones', () => {
    const planned = plan(yaml, planContext([digits]), ({ batchSize }) => ({
      sameCell: batchSize === 1 ? { wallMs: 3_000, runs: 4 } : null,
      similar:
        batchSize <= 4
          ? { latencyMs: 30, measuringMs: batchSize === 4 ? 1_000 : 9_000, overheadMs: 500, runs: 6 }
          : null,
    }));
    // Similar cells measured for 9 s, the profile ends at 3; 64 samples of 30 ms are longer than the 1 s that they measured.
    expect(planned.cells.map(({ estimateMs }) => estimateMs)).toEqual([
      3_000,
      500 + 200 + 3_000,
      500 + 200 + 64 * 30,
      500 + 1_100 + 2_000,
    ]);
    expect(planned.estimateBasis).toBe(
      '1 cell: 4 earlier runs of these cells; 2 cells: 12 earlier runs of the same models, providers and batch sizes under other settings; 1 cell: no earlier runs, midway between the shortest and the longest warm-up and measuring',
    );
  });
});

test('limits of a cell follow its measuring, unless they are stated', () => {
  const [usual] = plan('name: x\nmodels: digits\nmeasure: { minDurationMs: 60000 }').cells;
  expect(usual?.cell).toMatchObject({
    measure: { minDurationMs: 60_000, maxDurationMs: 60_000 },
    deadlineMs: 300_000 + 3 * 70_000,
    memoryLimitBytes: null,
  });
  const [stated] = plan(
    'name: x\nmodels: digits\ncellDeadlineSeconds: 9\ncellMemoryMb: 100\nmeasure: { maxDurationMs: 50, warmupMaxMs: 10 }',
  ).cells;
  expect(stated?.cell).toMatchObject({
    measure: { minDurationMs: 50, maxDurationMs: 50, warmupMinMs: 10, warmupMaxMs: 10 },
    deadlineMs: 9_000,
    memoryLimitBytes: 100_000_000,
  });
});

const models = [
  digits,
  fixed,
  planModel('open', { x: [null, 3, null, null], y: null }),
  planModel('pair', { a: [4, 8], b: ['batch', 8] }),
];
const recipes = [
  planRecipe('fp16'),
  planRecipe('int8'),
  planRecipe('half', { hash: 'hash of fp16' }),
  planRecipe('dynamic', { makesBatchDynamic: true }),
];
const some = <Value>(...values: Value[]) => fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });

test('every combination is planned or skipped once, and no key stands twice', () => {
  const lists = fc.record({
    models: some(...models.map(({ name }) => name)),
    variants: some('original', ...recipes.map(({ name }) => name)),
    providers: some('cpu', 'cuda', 'webgpu'),
    batchSizes: some(1, 2, 4, 16),
    threads: some(1, 2, 64),
    graphOptimization: some('basic', 'all'),
    scenarios: some<unknown>(
      'single-stream',
      'offline',
      { offline: { processes: [1, 2, 2] } },
      { server: { qps: [5], latencyBoundMs: 9 } },
    ),
    rounds: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(lists, (written) => {
      const planned = plan(JSON.stringify({ name: 'x', ...written }), planContext(models, recipes));
      const scenarios = written.scenarios.flatMap((entry) => {
        if (entry === 'single-stream') return ['single'];
        if (entry === 'offline') return ['offline 1'];
        return 'offline' in (entry as object) ? ['offline 1', 'offline 2'] : ['server'];
      });
      // `half` is `fp16` by another name.
      const variants = written.variants.map((name) => (name === 'half' ? 'fp16' : name));
      const distinct = (values: readonly unknown[]): number => new Set(values).size;
      const size = [
        written.models,
        variants,
        written.providers,
        written.batchSizes,
        written.threads,
        written.graphOptimization,
        scenarios,
      ]
        .map(distinct)
        .reduce((product, count) => product * count, 1);
      expect(planned.cells).toHaveLength(size);
      expect(distinct(planned.cells.map(({ cell }) => cellKey(cell)))).toBe(size);
      const runnable = planned.cells.filter(({ skipped }) => skipped === null);
      expect(planned.runCount).toBe((runnable.length + (planned.control === null ? 0 : 1)) * written.rounds);
      expect(runnable.every(({ cell }) => cell.provider === 'cpu')).toBe(true);
      for (const { skipped } of planned.cells)
        expect(skipped === null || (skipped.reason !== '' && skipped.cure !== '')).toBe(true);
      // What runs at a batch has it in an input's shape.
      for (const { cell } of runnable)
        expect(Object.values(cell.inputShapes).some((shape) => shape[0] === cell.batchSize)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
