/** Takes what names a person out of texts that leave the machine. */
import { homedir, hostname, userInfo } from 'node:os';

/** What is known to be personal on this machine, and what stands in its place; longer texts first. */
export interface Personal {
  readonly replacements: readonly (readonly [text: string, instead: string])[];
}

/** The data folder, this user and this machine. */
export function personalTo(dataFolder: string): Personal {
  const names: (readonly [string, string])[] = [
    [dataFolder, '<data>'],
    [homedir(), '<home>'],
    [hostname(), '<machine>'],
    [userName(), '<user>'],
  ];
  // A name of one or two letters would be found inside other words.
  return { replacements: names.filter(([text]) => text.length > 2).sort(([a], [b]) => b.length - a.length) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list.
    return '';
  }
}

/** How an absolute path begins on any system: a file URL, a drive, a share, a slash with a name. */
const pathStart = String.raw`(?:file:\/\/\/?|(?<![\w.<>/\\-])(?:[A-Za-z]:[\\/]|\\\\[^\\\s]+\\|\/(?=[\w.~])))`;
/** To the first ending, blanks included, else to the next blank: rather too much is taken than a name left. */
const absolutePath = new RegExp(
  String.raw`${pathStart}(?:[^"'<>|;\n]*?\.[A-Za-z]\w{0,7}(?=$|[\s"'<>|;,():.])|[^\s"'<>|;,()]*)`,
  'g',
);

/** The text with this data folder, user and machine named by their kind, and any other absolute path by its ending alone. */
export function scrubText(text: string, { replacements }: Personal): string {
  let clean = text;
  for (const [personal, instead] of replacements) clean = clean.replaceAll(personal, instead);
  return clean.replace(absolutePath, (path) => `<path${/\.[A-Za-z0-9]{1,8}$/.exec(path)?.[0] ?? ''}>`);
}

/** The same for every text inside a plain value, names of fields excepted. */
export function scrub(value: unknown, personal: Personal): unknown {
  if (typeof value === 'string') return scrubText(value, personal);
  if (Array.isArray(value)) return value.map((item) => scrub(item, personal));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scrub(item, personal)]));
}
