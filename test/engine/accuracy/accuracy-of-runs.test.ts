/** What runs answered, from labels to tables, through the workbench as pages ask for it. */
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { readClassLabels } from '../../../main/engine/accuracy/class-labels.ts';
import { digits, digitsImages, digitsLabels } from '../../fixtures/cells.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../../fixtures/workbench.ts';

test('a run’s classes and mistakes, and two runs side by side, add up', async () => {
  const workbench = await openedWorkbench(temporaryFolder());
  const { call } = workbench;
  const yaml = briefSweep({ models: ['digits-squeezenet', 'digits-mobilenet'], dataset: 'digits' });
  await call('sweeps.queue', { yaml });
  await workThrough(workbench);
  const { rows } = await call('results.query', { sort: [{ column: 'id' }] });
  const [first, second] = rows;
  const count = (await call('datasets.get', { dataset: 'digits' })).examples;
  const labels = await readClassLabels('digits', digitsLabels, count);
  const reports = await Promise.all(rows.map(({ id }) => call('accuracy.run', { id })));
  for (const [at, report] of reports.entries()) {
    expect(report).toMatchObject({ dataset: 'digits', task: 'classes', examples: count });
    const confusion = report.confusion!;
    const diagonal = Array.from({ length: 10 }, (_, digit) => confusion[digit * 11]!);
    const right = diagonal.reduce((sum, value) => sum + value, 0);
    expect(confusion.reduce((sum, value) => sum + value, 0)).toBe(count);
    expect((100 * right) / count).toBeCloseTo(rows[at]!.accuracy!, 9);
    expect(report.mistakes.reduce((sum, mistake) => sum + mistake.count, 0)).toBe(count - right);
    report.classes.forEach(({ labelled, answered, recall, precision }, digit) => {
      expect(labelled).toBe(labels.filter((label) => label === digit).length);
      expect(recall).toBeCloseTo(diagonal[digit]! / labelled, 9);
      expect(precision).toBeCloseTo(diagonal[digit]! / answered, 9);
    });
    expect(rows[at]).toMatchObject({ accuracyMetric: 'top1' });
    expect(rows[at]!.accuracyLow!).toBeLessThan(rows[at]!.accuracy!);
    expect(rows[at]!.accuracyHigh!).toBeGreaterThan(rows[at]!.accuracy!);
  }
  const compared = await call('accuracy.compare', { first: first!.id, second: second!.id, limit: 5 });
  const top1 = compared.figures.find(({ name }) => name === 'top1')!;
  expect(top1).toMatchObject({ test: 'mcnemar', onlyFirst: compared.counts.lost, onlySecond: compared.counts.gained });
  expect(top1.difference!.value).toBeCloseTo(second!.accuracy! - first!.accuracy!, 9);
  expect((100 * (compared.counts.gained - compared.counts.lost)) / count).toBeCloseTo(top1.difference!.value, 9);
  for (const { index, label, change, ...answers } of compared.changed) {
    expect(label).toBe(String(labels[index]));
    expect(answers.first).not.toBe(answers.second);
    expect(answers.first === label).toBe(change === 'lost');
    expect(answers.example!.picture).toMatchObject({ width: 28, height: 28, channels: 1 });
  }
  const turned = await call('accuracy.compare', { first: second!.id, second: first!.id, limit: 1 });
  expect(turned.counts).toEqual({ ...compared.counts, lost: compared.counts.gained, gained: compared.counts.lost });
  expect(turned.changed.length).toBe(1);
  await expect(call('accuracy.run', { id: 999 })).rejects.toMatchObject({ kind: 'not-found' });
}, 120_000);

test('labels that are numbers: the gate, the columns and the exports go by R²', async () => {
  const folder = temporaryFolder();
  const workbench = await openedWorkbench(join(folder, 'data'));
  const { call } = workbench;
  const count = (await call('datasets.get', { dataset: 'digits' })).examples;
  const classes = await readClassLabels('digits', digits.target!.path, count);
  const targets = new Float32Array(count * 10);
  classes.forEach((label, at) => (targets[at * 10 + label] = 10));
  writeFileSync(join(folder, 'targets.npy'), npyBytes('<f4', [count, 10], targets));
  await call('datasets.add', {
    ...{ paths: [digitsImages], labels: join(folder, 'targets.npy'), task: 'values', name: 'scores' },
    preparation: { kind: 'numbers', scale: 1 / 255, mean: 0, deviation: 1 },
  });
  const sweep = { models: ['digits-squeezenet'], dataset: 'scores', variants: ['original', 'fp16'] };
  await call('sweeps.queue', { yaml: briefSweep({ ...sweep, accept: { maxDrop: 0.5 } }) });
  await workThrough(workbench);
  const { rows } = await call('results.query', { where: 'metric:r2' });
  expect(rows.map(({ variant, status }) => `${variant} ${status}`).sort()).toEqual(['fp16 done', 'original done']);
  for (const { accuracy, accuracyLow, accuracyHigh } of rows) {
    expect(accuracy!).toBeGreaterThan(accuracyLow!);
    expect(accuracy!).toBeLessThan(accuracyHigh!);
  }
  const file = join(folder, 'runs.csv');
  await call('results.export', { query: {}, format: 'csv', file });
  const written = parse(readFileSync(file, 'utf8'), { columns: true }) as Record<string, string>[];
  for (const line of written) {
    const row = rows.find(({ id }) => id === Number(line['run_id']))!;
    expect(line['accuracy metric']).toBe('r2');
    expect([line['accuracy'], line['accuracy low'], line['accuracy high']].map(Number)).toEqual([
      ...[row.accuracy, row.accuracyLow, row.accuracyHigh],
    ]);
  }
}, 120_000);
