// The whole check, from a fresh clone, on any Node: installs what is missing, then builds, type-checks, lints and tests.
// Ends with "N passed, N failed".
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const reports = join(root, '.cache', 'reports');
const env = { ...process.env, PATH: `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` };

let passed = 0;
let failed = 0;

/** Runs a command; true when it exited 0. */
function run(title, command, args) {
  console.log(`\n── ${title}`);
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(
    `── ${title}: ${result.status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return result.status === 0;
}

/** A step that counts as one check. */
function check(title, command, args) {
  if (run(title, command, args)) passed += 1;
  else failed += 1;
}

/** Steps that each count as one check, side by side; what a step prints comes whole when it has ended. */
async function checkTogether(steps) {
  const started = Date.now();
  await Promise.all(
    steps.map(async ({ title, command, args }) => {
      const child = spawn(command, args, { cwd: root, env, shell: process.platform === 'win32' });
      const printed = [];
      child.on('error', (error) => printed.push(Buffer.from(`${error.message}\n`)));
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => printed.push(bytes));
      const code = await new Promise((resolve) => child.on('close', resolve));
      console.log(`\n── ${title}\n${Buffer.concat(printed)}`);
      console.log(`── ${title}: ${code === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
      if (code === 0) passed += 1;
      else failed += 1;
    }),
  );
}

/** Adds the counts of a JSON report; a missing report is a failure. */
function count(file, read) {
  if (!existsSync(file)) {
    failed += 1;
    return;
  }
  const counts = read(JSON.parse(readFileSync(file, 'utf8')));
  passed += counts.passed;
  failed += counts.failed;
}

if (!existsSync(join(bin, 'vitest')) && !run('install', 'npm', ['ci'])) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
mkdirSync(reports, { recursive: true });

check('build', 'npm', ['run', '--silent', 'build']);
await checkTogether([
  { title: 'types', command: 'npm', args: ['run', '--silent', 'typecheck'] },
  { title: 'lint', command: 'npm', args: ['run', '--silent', 'lint'] },
]);

const unitReport = join(reports, 'vitest.json');
rmSync(unitReport, { force: true });
const unitOk = run('tests', 'vitest', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${unitReport}`,
]);
count(unitReport, (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests }));
if (!unitOk && failed === 0) failed += 1;

const browserReport = join(reports, 'e2e.json');
rmSync(browserReport, { force: true });
const failedBefore = failed;
const browserOk = run('browser tests', 'playwright', ['test']);
count(browserReport, ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }));
if (!browserOk && failed === failedBefore) failed += 1;

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
