/** Where the parts of the program and the data are, in a checkout, built, and packed. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export interface ProgramPaths {
  readonly resourcesFolder: string;
  readonly rendererFolder: string;
  readonly preload: string;
  readonly cellEntry: string;
  readonly jobEntry: string;
  /** The thread that reads over many stored runs. */
  readonly readerEntry: string;
  /** The package onnxruntime-node that cells load. */
  readonly runtimeFolder: string;
  /** A real Node binary, never Electron: cells and jobs run on it. */
  readonly nodePath: string;
}

/** Finds the parts beside the running file: `out/main/*.js` when built, the sources under Node's type stripping else. */
export function locateProgram(): ProgramPaths {
  const here = import.meta.dirname;
  const outFolder = here.replace(/([\\/]main)[\\/]chunks$/, '$1');
  const built = existsSync(join(outFolder, 'cell.js'));
  const root = built ? dirname(dirname(outFolder)) : dirname(dirname(here));
  const packedResources = packedResourcesFolder(root);
  return {
    resourcesFolder: packedResources ?? join(root, 'resources'),
    rendererFolder: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    cellEntry: unpacked(built ? join(outFolder, 'cell.js') : join(root, 'main', 'inference', 'cell-entry.ts')),
    jobEntry: unpacked(built ? join(outFolder, 'job.js') : join(root, 'main', 'jobs', 'job-entry.ts')),
    readerEntry: built ? join(outFolder, 'store-reader.js') : join(root, 'main', 'engine', 'store', 'reader-entry.ts'),
    runtimeFolder: unpacked(join(root, 'node_modules', 'onnxruntime-node')),
    nodePath: realNode(packedResources, root),
  };
}

/** What electron-builder carries beside the asar, when the packed app runs, in Electron or on the Node that it carries. */
function packedResourcesFolder(root: string): string | null {
  const { resourcesPath } = process as { resourcesPath?: string };
  const inElectron = process.versions.electron === undefined ? undefined : resourcesPath;
  const beside = inElectron ?? (basename(root) === 'app.asar.unpacked' ? dirname(root) : undefined);
  if (beside === undefined) return null;
  const folder = join(beside, 'crivo');
  return existsSync(folder) ? folder : null;
}

/** A plain Node can't read inside an asar: what it runs lies in the unpacked folder. */
const unpacked = (path: string): string => path.replace(/app\.asar([\\/])/, 'app.asar.unpacked$1');

function realNode(packedResources: string | null, root: string): string {
  if (process.versions.electron === undefined) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return packedResources === null
    ? join(root, 'node_modules', 'node', 'bin', name)
    : join(packedResources, 'node', name);
}

/** The data folder by the platform's custom. */
export function defaultDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (environment.CRIVO_DATA !== undefined && environment.CRIVO_DATA !== '') return environment.CRIVO_DATA;
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Crivo');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Crivo');
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'crivo');
}
