import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >;
}
const { permissions, jobs } = parse(
  readFileSync(join(import.meta.dirname, '../../.github/workflows/release.yml'), 'utf8'),
) as Workflow;
const steps = Object.values(jobs).flatMap((job) => job.steps);
const { steps: packing = [] } = jobs['package'] ?? {};

test('actions are pinned to commits, and only the job that drafts a release may write', () => {
  const actions = steps.flatMap(({ uses }) => uses ?? []);
  expect(actions.length).toBeGreaterThan(3);
  for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/);
  expect(permissions).toEqual({ contents: 'read' });
  expect(Object.entries(jobs).flatMap(([name, job]) => (job.permissions === undefined ? [] : [name]))).toEqual([
    'draft',
  ]);
});

test('what was packed is tested and linted before it is handed on', () => {
  const at = (what: RegExp): number => packing.findIndex(({ run, uses }) => what.test(run ?? uses ?? ''));
  const order = [/write-licenses/, /playwright test --project electron/, /lintian --fail-on/, /upload-artifact/].map(
    at,
  );
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order[0]).toBeGreaterThan(0);
});

test('each system sees the keys of its own signatures only', () => {
  for (const { env = {}, if: condition = '' } of steps)
    for (const value of Object.values(env)) {
      if (value.includes('secrets.WINDOWS_')) expect(condition).toContain("'Windows'");
      else if (value.includes('secrets.')) expect(condition).toContain("'macOS'");
    }
});
