import { basename } from 'node:path';

/** The longest name that the contract takes. */
const longestName = 200;

/** The name of a model that comes from a file: the file's without `.onnx`. */
export function nameOfFile(path: string): string {
  const name = basename(path)
    .replace(/\.onnx$/i, '')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, longestName);
  return name === '' ? 'model' : name;
}

/** The wanted name, or with `-2`, `-3` … where it is taken. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let number = 2; isTaken(name); number += 1) {
    const suffix = `-${number}`;
    name = `${wanted.slice(0, longestName - suffix.length)}${suffix}`;
  }
  return name;
}
