/** The log of a data folder: one JSON object a line, in files that rotate. */
import { pino } from 'pino';
import { createStream } from 'rotating-file-stream';
import type { RotatingFileStream } from 'rotating-file-stream';
import type { AppInfo } from '../../shared/contract.ts';
import type { Logger } from '../engine/ports.ts';
import { logFolder } from '../engine/diagnostics/log-lines.ts';

const fileSize = '2M';
const keptFiles = 4;

export interface LogFile extends Logger {
  /** Resolves when everything is written. */
  readonly close: () => Promise<void>;
}

/**
 * Logs into `logs/<host>.log` of the data folder; at most 10 MB a host are kept. The file is opened with the first line, so that a
 * folder that is refused stays as it is; where it can't be written, nothing is logged and nothing else is disturbed.
 */
export function openLogFile(dataFolder: string, host: AppInfo['host']): LogFile {
  let stream: RotatingFileStream | null = null;
  const open = (): RotatingFileStream => {
    const name = host.replace(' ', '-');
    const opened = createStream(
      // Null for the file that is written, a number for an older one.
      (number: Date | number | null) => (number === null ? `${name}.log` : `${name}.${String(number)}.log`),
      { path: logFolder(dataFolder), size: fileSize, rotate: keptFiles },
    );
    opened.on('error', () => {});
    return opened;
  };
  const logger = pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => void (stream ??= open()).write(line) },
  );
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    close: () =>
      new Promise((resolve) => {
        if (stream === null) return resolve();
        // A disk that hangs must not keep the program.
        setTimeout(resolve, 2_000).unref();
        stream.once('error', () => resolve());
        stream.end(() => resolve());
      }),
  };
}
