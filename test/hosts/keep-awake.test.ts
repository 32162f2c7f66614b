import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import type { QueueState } from '../../shared/sweep.ts';
import { createKeepAwake, inhibitor, needsWaking } from '../../main/hosts/keep-awake.ts';

const idle: QueueState = { running: false, paused: false, sweeps: [], current: null, progress: null };
const working: QueueState = { ...idle, running: true };

test('sleep is held off while the queue works, not while it waits for mains power', () => {
  expect([idle, working, { ...working, waitsFor: 'mains' }].map(needsWaking)).toEqual([false, true, false]);
});

test('each system has its program, which ends with this process', () => {
  for (const platform of ['darwin', 'linux', 'win32'] as const)
    expect(inhibitor(platform, 4711)?.join(' ')).toContain('4711');
  expect(inhibitor('aix', 4711)).toBeNull();
});

test.skipIf(process.platform === 'win32')(
  'the program runs while the queue works, once, and is ended after',
  async () => {
    const seconds = `${86_000 + process.pid}`;
    const running = (): number =>
      execFileSync('sh', [
        '-c',
        'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "; ps -A -o args= 2>/dev/null; true',
      ])
        .toString()
        .split(`sleep ${seconds}`).length - 1;
    const awake = createKeepAwake({ info: () => {}, warn: () => {}, error: () => {} }, ['sleep', seconds]);
    onTestFinished(awake.close);
    awake.tell(working);
    awake.tell(working);
    await expect.poll(running).toBeGreaterThan(0);
    awake.tell(idle);
    await expect.poll(running).toBe(0);
    awake.tell(working);
    await expect.poll(running).toBeGreaterThan(0);
    awake.close();
    await expect.poll(running).toBe(0);
  },
);

test('a system without the program is told of once, and the sweep goes on', async () => {
  const warnings: string[] = [];
  const logger = { info: () => {}, warn: (message: string) => warnings.push(message), error: () => {} };
  const awake = createKeepAwake(logger, ['no-such-program-anywhere']);
  awake.tell(working);
  await expect.poll(() => warnings.length).toBe(1);
  awake.tell(idle);
  awake.tell(working);
  expect(warnings).toEqual(['the machine may fall asleep during the sweep']);
});
