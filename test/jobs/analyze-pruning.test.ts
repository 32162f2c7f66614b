import { expect, test } from 'vitest';
import { defaultAnalysisOptions } from '../../main/engine/passes/pruning/analyze-pruning.ts';
import { mostSensitiveGroup, pruningAdvice } from '../../shared/pruning.ts';
import { digits } from '../fixtures/cells.ts';
import { realModels, sourceJobs } from '../fixtures/real-models.ts';

const analyze = (modelPath: string, dataset: typeof digits | null) =>
  sourceJobs().run('analyze-pruning', { modelPath, dataset, options: { ...defaultAnalysisOptions, examples: 40 } });

test('groups of the digits model with what each costs, and how far outputs drift when they lose channels', async () => {
  const analysis = await analyze(realModels.squeezenet, digits);
  const { groups, examples, macs } = analysis;
  expect([examples, macs]).toEqual([40, 7_495_040]);
  expect(groups.filter(({ locked }) => locked === null)).toHaveLength(16);
  expect(groups.filter(({ locked }) => locked !== null).map(({ locked }) => locked)).toEqual([
    'it is an output of the model',
  ]);
  for (const { drift, importance, channels } of groups.filter(({ locked }) => locked === null)) {
    expect(drift.map(({ channelsRemoved }) => channelsRemoved / channels)).toEqual([0.25, 0.5, 0.75]);
    expect(drift[0]!.snrDb).toBeGreaterThan(drift[2]!.snrDb - 3);
    expect(importance!.lowest).toBeLessThanOrEqual(importance!.median);
    expect(drift.every(({ changedPercent }) => changedPercent !== null && changedPercent >= 0)).toBe(true);
  }
  expect(pruningAdvice(analysis).length).toBeGreaterThan(0);
  expect(groups.map(({ name }) => name)).toContain(mostSensitiveGroup(analysis));
});

test('without data groups are shown, and no drift', async () => {
  const { groups, examples } = await analyze(realModels.mobilenet, null);
  expect(examples).toBe(0);
  expect(groups).toHaveLength(12);
  expect(groups.every(({ drift }) => drift.length === 0)).toBe(true);
});
