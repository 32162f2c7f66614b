import type { Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { exportModel } from '../../engine/library/export-model.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Answers the calls about the library. */
export const modelHandlers = ({ library, tasks, jobs }: Pick<Engine, 'library' | 'tasks' | 'jobs'>) =>
  ({
    'models.add': ({ paths, taskId }) => tasks.run(taskId, say('addTask'), (options) => library.add(paths, options)),
    'models.list': () => library.list(),
    'models.get': ({ model }) => library.get(model),
    'models.update': ({ model, name, tags, note }) =>
      library.update(model, {
        ...(name === undefined ? {} : { name }),
        ...(tags === undefined ? {} : { tags }),
        ...(note === undefined ? {} : { note }),
      }),
    'models.remove': ({ model }) => library.remove(model),
    'models.restore': ({ sha256 }) => library.restore(sha256),
    'models.export': ({ model, file }) => {
      const { sha256, inspection, importedFrom } = library.get(model);
      return exportModel({
        source: library.pathOf(sha256),
        dataFiles: inspection.dataFiles ?? [],
        importedFrom,
        target: file,
      });
    },
    'models.graph': ({ model }) => jobs.run('draw-model', { path: library.pathOf(library.resolve(model).sha256) }),
  }) satisfies Partial<Handlers>;
