/** Starts the process of a cell and orders its measurement, under the conditions of its sweep. */
import type { ProviderName } from '../../shared/hardware.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { CellRequest, RunOptions } from '../engine/ports.ts';
import { applyConditions } from './cell-conditions.ts';
import type { CellRole, MessageFromCell, MessageToCell } from './cell-messages.ts';
import { launch } from './launcher.ts';
import type { LaunchedProcess } from './launcher.ts';
import type { GpuReading } from './machine-sensors.ts';
import { identityModel } from './tiny-models.ts';

export interface RunnerOptions {
  /** A Node binary, version 24 or newer; never Electron. */
  readonly nodePath: string;
  /** The cell process's program: `cell-entry.ts`, or its built form. */
  readonly cellEntryPath: string;
  /** Added to the processes' environment (library paths of a provider). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where each cell gets a temporary folder of its own (a data folder's work folder); else the system's. */
  readonly temporaryParent?: string;
  /** Options for Node in processes that run on a provider (the copy of ONNX Runtime that has CUDA). */
  readonly nodeOptionsFor?: (provider: ProviderName) => readonly string[];
  /** What the driver of the machine's GPU says now, or null; asked while a cell runs on a GPU. */
  readonly readGpu?: () => Promise<GpuReading | null>;
  /** False leaves the machine unwatched while cells are measured, to find out what watching costs. */
  readonly watch?: boolean;
}

export type CellProcess = LaunchedProcess<MessageToCell>;

export interface CellStart {
  readonly request: CellRequest;
  readonly role: CellRole;
  /** The process is ended after this long, ms; null leaves that to the caller. */
  readonly deadlineMs: number | null;
  readonly signal: AbortSignal | undefined;
  readonly onLog: RunOptions['onLog'];
  readonly onMessage: (message: MessageFromCell, from: CellProcess) => void;
  /** Told in one sentence of each condition that the system refused. */
  readonly onRefused: (refusal: string) => void;
}

/** Starts it at once. */
export function startCell(options: RunnerOptions, start: CellStart): CellProcess {
  const { request, role, signal, onLog } = start;
  const { conditions, memoryLimitBytes, provider } = request.cell;
  const cell: CellProcess = launch<MessageToCell, MessageFromCell>({
    ...{ nodePath: options.nodePath, entryPath: options.cellEntryPath, title: say('theCell') },
    ...{ nodeOptions: options.nodeOptionsFor?.(provider) ?? [], deadlineMs: start.deadlineMs, memoryLimitBytes },
    ...(signal === undefined ? {} : { signal }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    ...(onLog === undefined ? {} : { onLog }),
    onMessage: (message) => start.onMessage(message, cell),
  });
  const order = (): void => cell.send({ type: 'measure', request, role, identityModel: identityModel() });
  if (cell.pid === undefined || conditions === undefined) order();
  else {
    void applyConditions(cell.pid, conditions).then((refusals) => {
      refusals.forEach(start.onRefused);
      order();
    });
  }
  return cell;
}
