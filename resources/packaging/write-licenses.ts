/** Gathers the licences of all that the packed app holds into `out/THIRD-PARTY-LICENSES.txt`; run after the build. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const out = join(root, 'out');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const manifest = (folder: string): PackageJson =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;

/** Folders of the packages whose code the bundles hold, by the bundles' source maps: also those inside others' `node_modules`. */
function bundled(): readonly string[] {
  const maps = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.map'));
  return maps.flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(join(out, map), 'utf8')) as { sources: readonly string[] };
    return sources.flatMap((source) => {
      // From its first `node_modules` on: the bundler counts the steps up to there from more than one folder.
      const path = /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      return path === undefined ? [] : [join(root, path)];
    });
  });
}

/** Where a package that another requires is: npm nests those of which the top holds another version; undefined where not installed. */
function installed(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  return from === dirname(from) ? undefined : installed(name, dirname(from));
}

/** Folders of the packages that are packed as they are: the dependencies and theirs, as far as they are installed. */
function packed(names: readonly string[], from: string, found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const folder = installed(name, from);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifest(folder);
    packed([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], folder, found);
  }
  return found;
}

/** A package's name, version, licence and its text. */
function licence(folder: string): readonly [title: string, text: string] {
  const { name, version, license = 'no licence named' } = manifest(folder);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return [`${name} ${version} (${license})`, text === '' ? 'The package carries no licence text of its own.' : text];
}

const folders = new Set([...bundled(), ...packed([...Object.keys(manifest(root).dependencies ?? {}), 'node'], root)]);
const texts = [...new Map([...folders].map(licence))].sort(([a], [b]) => (a < b ? -1 : 1));
const rule = '─'.repeat(80);
writeFileSync(
  join(out, 'THIRD-PARTY-LICENSES.txt'),
  `${texts.map(([title, text]) => `${title}\n\n${text}`).join(`\n\n${rule}\n\n`)}\n`,
);
