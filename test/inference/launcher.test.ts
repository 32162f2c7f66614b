import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launch } from '../../main/inference/launcher.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';

/** A process that tells its result and never ends. */
function endless() {
  const entryPath = join(temporaryFolder(), 'endless.mjs');
  writeFileSync(entryPath, "process.send('result'); setInterval(() => {}, 1_000);");
  const told = Promise.withResolvers<string>();
  const launched = launch<object, string>({
    ...{ nodePath: process.execPath, entryPath, title: 'The cell', deadlineMs: 60_000 },
    onMessage: told.resolve,
  });
  return { launched, told: told.promise };
}

test('a process that does not end after all is told is ended, and what it told counts', async () => {
  const { launched, told } = endless();
  expect(await told).toBe('result');
  launched.done();
  await expect(launched.ended).resolves.toBeUndefined();
});

test('one that is killed before that has failed', async () => {
  const { launched, told } = endless();
  await told;
  process.kill(launched.pid!, 'SIGKILL');
  await expect(launched.ended).rejects.toMatchObject({ kind: 'job-failed' });
});
