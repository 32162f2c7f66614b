/** Vitest's global set-up: a place for what a data folder holds after its first start, which test files make once and copy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    firstStartFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-first-start-'));
  project.provide('firstStartFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
