import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchResult } from '../../shared/search.ts';
import { builtCrivo } from '../fixtures/built.ts';
import type { BenchFigure } from './figure.ts';

/** The whole search as a person starts it, on a fresh data folder: `npm run bench search`. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const bin = await builtCrivo();
  const data = mkdtempSync(join(tmpdir(), 'crivo-bench-search-'));
  const command = ['optimize', 'digits-mobilenet', '--auto', '--max-drop', '0.5', '--dataset', 'digits', '--json'];
  try {
    const began = performance.now();
    const out = execFileSync(process.execPath, [bin, '--data', data, ...command], {
      ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64e6 },
    });
    const seconds = (performance.now() - began) / 1_000;
    const { trials, reason } = JSON.parse(out) as SearchResult;
    return [
      {
        ...{ name: 'auto search on digits-mobilenet', value: seconds, unit: 's', target: 300, better: 'lower' },
        note: `${trials.length} tried. ${reason}`,
      },
    ];
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
