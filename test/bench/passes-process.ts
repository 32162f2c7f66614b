/** One recipe on one model file in a process of its own, as the job does it; prints what it took as JSON. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession } from '../../main/inference/session.ts';
import { makeVariantJob } from '../../main/jobs/make-variant.ts';
import { passNamed } from '../../main/engine/passes/index.ts';

const [modelPath = '', folder = '', ...passes] = process.argv.slice(2);
for (const pass of passes) passNamed(pass);
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
    recipe: { name: 'bench', passes: passes.map((pass) => ({ pass })) },
    dataset: null,
    isa: [],
    folder: join(folder),
  },
  { openSession, signal: new AbortController().signal, progress: () => {} },
);
const wholeMs = performance.now() - began;
const passMs = Object.fromEntries(report.passes.map(({ pass, durationMs }) => [pass, durationMs]));
process.stdout.write(JSON.stringify({ passMs, wholeMs, beforeBytes, peakBytes: peakBytes() }));
process.exit(0);
