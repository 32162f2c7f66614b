const mostLines = 400;
const mostChars = 64_000;

export interface LogTail {
  readonly add: (line: string) => void;
  readonly text: () => string;
}

/** Keeps the last lines that a cell's process wrote; what is left out at the start is said. */
export function createLogTail(): LogTail {
  const lines: string[] = [];
  let chars = 0;
  let dropped = 0;
  return {
    add: (line) => {
      const kept = line.slice(0, mostChars);
      lines.push(kept);
      chars += kept.length;
      while (lines.length > mostLines || chars > mostChars) {
        chars -= lines.shift()?.length ?? 0;
        dropped += 1;
      }
    },
    text: () => (dropped === 0 ? lines : [`(${dropped} earlier lines left out)`, ...lines]).join('\n'),
  };
}
