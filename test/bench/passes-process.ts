/**
 * One recipe on one model file in a process of its own, as the job does it; prints what it took as JSON.
 * Arguments: model, folder, then passes, each a name or `name={options as JSON}`; `--digits` among them gives the bundled dataset.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledDatasets } from '../../main/engine/accuracy/bundled-datasets.ts';
import { openSession } from '../../main/inference/session.ts';
import { makeVariantJob } from '../../main/jobs/make-variant.ts';
import { passNamed } from '../../main/engine/passes/index.ts';

const [modelPath = '', folder = '', ...written] = process.argv.slice(2);
const passes = written
  .filter((argument) => !argument.startsWith('--'))
  .map((argument) => {
    const [, name = '', options] = /^([a-z0-9-]+)(?:=(.*))?$/.exec(argument) ?? [];
    return {
      pass: passNamed(name).name,
      ...(options === undefined ? {} : { options: JSON.parse(options) as Record<string, unknown> }),
    };
  });
const digits = bundledDatasets(join(import.meta.dirname, '../../resources'))[0]!.files;
mkdirSync(folder, { recursive: true });

/** The highest resident memory of this process so far, bytes; null where the system doesn't tell. */
function peakBytes(): number | null {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return line === null ? null : Number(line[1]) * 1024;
}

const beforeBytes = peakBytes();
const began = performance.now();
const { report } = await makeVariantJob(
  {
    modelPath,
    recipe: { name: 'bench', passes },
    dataset: written.includes('--digits') ? digits : null,
    isa: [],
    folder: join(folder),
  },
  { openSession, signal: new AbortController().signal, progress: () => {} },
);
const wholeMs = performance.now() - began;
const passMs = Object.fromEntries(report.passes.map(({ pass, durationMs }) => [pass, durationMs]));
const figures = Object.assign({}, ...report.passes.map((pass) => pass.figures)) as Record<string, number | string>;
process.stdout.write(JSON.stringify({ passMs, wholeMs, beforeBytes, peakBytes: peakBytes(), figures }));
process.exit(0);
