import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'), { merge: true }) as Record<
  'linux' | 'win' | 'mac',
  { readonly files: readonly string[] }
>;

/** Every file of the packages that carry native code for all platforms. */
const nativeFiles = ['onnxruntime-node/bin', 'better-sqlite3/prebuilds'].flatMap((folder) =>
  readdirSync(join(root, 'node_modules', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    ),
);

/** What of them a target's list leaves; electron-builder adds packages first, and the patterns with `!` take away. */
const packedFor = (files: readonly string[], arch: string): readonly string[] => {
  const left = files
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => pattern.slice(1).replaceAll('${arch}', arch));
  return nativeFiles.filter((file) => !left.some((pattern) => matchesGlob(file, pattern)));
};

const targets = [
  ['linux', 'linux', 'x64'],
  ['linux', 'linux', 'arm64'],
  ['win', 'win32', 'x64'],
  ['win', 'win32', 'arm64'],
  ['mac', 'darwin', 'arm64'],
] as const;

describe('of the packages that carry every platform', () => {
  test.for(targets)('%s packs only what runs on %s %s', ([section, platform, arch]) => {
    const packed = packedFor(config[section].files, arch);
    const runtime = packed.filter((file) => file.includes('onnxruntime-node/bin/'));
    const here = `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/`;
    expect(runtime.length).toBeGreaterThan(1);
    expect(runtime.filter((file) => !file.startsWith(here))).toEqual([]);
    // All that there is for it: ONNX Runtime's library must find the ones beside it.
    expect(runtime.toSorted()).toEqual(nativeFiles.filter((file) => file.startsWith(here)).toSorted());
    expect(packed.filter((file) => file.includes('better-sqlite3'))).toEqual([
      `node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`,
    ]);
  });
});
