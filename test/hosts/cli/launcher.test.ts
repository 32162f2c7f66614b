/** What starts before Crivo does: it must be understood by a Node of any age. */
import { Linter } from 'eslint';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtCrivo } from '../../fixtures/built.ts';
import { runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';

const launcherFolder = join(import.meta.dirname, '../../../bin');
let bin: string;
beforeAll(async () => {
  bin = await builtCrivo();
}, 120_000);

/** Environment in which Node says that it is another version. */
function pretending(version: string): Readonly<Record<string, string>> {
  const file = join(temporaryFolder(), 'version.cjs');
  const versions = `Object.assign({}, process.versions, { node: '${version}' })`;
  writeFileSync(file, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return { NODE_OPTIONS: `--require "${file}"` };
}

test('it is written in the syntax that every Node reads', () => {
  const language = { ecmaVersion: 5, sourceType: 'script' } as const;
  const faults = (code: string) => new Linter().verify(code, { languageOptions: language });
  const [, ...lines] = readFileSync(bin, 'utf8').split('\n');
  expect(faults(lines.join('\n'))).toEqual([]);
  expect(faults('await import("x")')).toMatchObject([{ fatal: true }]);
});

describe.each(['6.17.1', '8.17.0', '14.7.0', '20.20.2', '22.11.0'])('Node %s', (version) => {
  test('is told in one sentence', async () => {
    expect(await runCrivo(bin, ['doctor'], { env: pretending(version) })).toEqual({
      code: 2,
      stdout: '',
      stderr: `Crivo needs Node.js 22.12 or newer and this is ${version}; install a newer one, or run it as "npm run crivo --".\n`,
    });
  });
});

test.each(['22.12.0', '30.0.0'])('Node %s runs it', async (version) => {
  const end = await runCrivo(bin, ['--version'], { env: pretending(version) });
  expect(end).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, stderr: '' });
});

test('a checkout that is not built says how to build it', async () => {
  const folder = temporaryFolder();
  cpSync(launcherFolder, join(folder, 'bin'), { recursive: true });
  expect(await runCrivo(join(folder, 'bin', 'crivo.cjs'), ['doctor'])).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: 'Crivo is not built yet; run "npm run build" in its folder.\n',
  });
});
