import type { AppInfo, Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { collectDiagnostics } from '../../engine/diagnostics/diagnostics.ts';
import { readLog } from '../../engine/diagnostics/log-lines.ts';

const usualLines = 500;

/** Answers what concerns the program itself. */
export const appHandlers = (engine: Engine, info: AppInfo) =>
  ({
    'app.info': () => info,
    'app.log': ({ limit = usualLines }) => readLog(info.dataFolder, limit),
    'app.diagnostics': () => collectDiagnostics(engine, info),
  }) satisfies Partial<Handlers>;
