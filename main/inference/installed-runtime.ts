/** Lets a process load the copy of ONNX Runtime that has the CUDA libraries, instead of the program's own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Options for Node that put the copy in a folder in the place of `onnxruntime-node`; none where there is no copy. */
export function useRuntimeIn(folder: string): readonly string[] {
  const entry = join(folder, 'node_modules', 'onnxruntime-node', 'dist', 'index.js');
  if (!existsSync(entry)) return [];
  const url = JSON.stringify(pathToFileURL(entry).href);
  const hook = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => next(name === 'onnxruntime-node' ? ${url} : name, context) });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
}
