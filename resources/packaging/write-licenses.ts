/** Gathers the licences of all that the packed app holds into `out/THIRD-PARTY-LICENSES.txt`; run after the build. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const manifest = (folder: string): PackageJson =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;

/** Packages whose code the bundles hold, by the bundles' source maps. */
function bundled(): readonly string[] {
  const maps = readdirSync(join(root, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.map'),
  );
  return maps.flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(join(root, 'out', map), 'utf8')) as { sources: readonly string[] };
    return sources.flatMap((source) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
  });
}

/** Packages that are packed as they are: the dependencies and theirs, as far as they are installed. */
function packed(names: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const folder = join(root, 'node_modules', name);
    if (found.has(name) || !existsSync(folder)) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = manifest(folder);
    packed([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], found);
  }
  return found;
}

const names = new Set([...bundled(), ...packed(Object.keys(manifest(root).dependencies ?? {})), 'node']);
const texts = [...names].sort().map((name) => {
  const folder = join(root, 'node_modules', name);
  const { version, license = 'no licence named' } = manifest(folder);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return `${name} ${version} (${license})\n\n${text === '' ? 'The package carries no licence text of its own.' : text}`;
});
writeFileSync(join(root, 'out/THIRD-PARTY-LICENSES.txt'), `${texts.join(`\n\n${'─'.repeat(80)}\n\n`)}\n`);
