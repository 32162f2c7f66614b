import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command writes: data on stdout, everything else on stderr. */
export interface Terminal {
  /** Writes data and waits until it is taken, so that a slow reader holds the writer back. */
  readonly print: (text: string) => Promise<void>;
  /** A line for the person, on stderr. */
  readonly say: (line: string) => void;
  /** The line of progress that is drawn over itself; null takes it away. Does nothing where stderr is no terminal. */
  readonly drawStatus: (line: string | null) => void;
  /** Whether `drawStatus` is seen. */
  readonly live: boolean;
  /** Columns of stdout; Infinity where it is no terminal, so that nothing is cut. */
  readonly width: number;
  /** Columns of stderr; without end where a file or a program reads it. */
  readonly statusWidth: number;
  /** For stdout; the text as it is where colours aren't wanted. */
  readonly paint: (style: Style, text: string) => string;
}

/** This process's terminal. Ends the process quietly where the reader of a pipe has gone (`| head`). */
export function openTerminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 2);
    });
  }
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const live = stderr.isTTY === true && env['TERM'] !== 'dumb';
  let drawn = false;
  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[K');
    drawn = false;
  };
  return {
    print: (text) => {
      clear();
      return new Promise((resolve) => stdout.write(text, () => resolve()));
    },
    say: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    drawStatus: (line) => {
      if (!live) return;
      clear();
      if (line !== null) stderr.write(line);
      drawn = line !== null;
    },
    live,
    get width() {
      return stdout.isTTY === true ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
    },
    get statusWidth() {
      return stderr.isTTY === true ? stderr.columns || 80 : Number.POSITIVE_INFINITY;
    },
    paint: (style, text) => (plain || stdout.isTTY !== true ? text : styleText(style, text, { validateStream: false })),
  };
}

/** A text of someone else's (a file's name, a note) without what would steer the terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');

const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;

/** Columns that a text takes in a terminal, colours aside. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text))
    width += /\p{Mn}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** The text in at most `width` columns, its end replaced by `…` where it is longer; colours are lost then. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const character of stripVTControlCharacters(text)) {
    if (textWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text in lines of at most `width` columns, broken at blanks; the first keeps its leading blanks, the others start with `indent`. */
export function wrapText(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  const leading = /^ */.exec(text)![0];
  let line = leading;
  let begun = false;
  for (const word of text.slice(leading.length).split(' ')) {
    const joined = begun ? `${line} ${word}` : `${line}${word}`;
    if (textWidth(joined) <= width || !begun) line = joined;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
    begun = true;
  }
  return [...lines, line].join('\n');
}
