import type { Handlers } from '../../../shared/contract.ts';
import type { Store } from '../../engine/store/store.ts';

/** Stored runs: tables, charts, tags and notes, files. */
export const resultsHandlers = ({ runs }: Pick<Store, 'runs'>) =>
  ({
    'results.query': (query) => runs.query(query),
    'results.facets': ({ where }) => runs.facets(where),
    'results.run': ({ id }) => runs.get(id),
    'results.samples': ({ id, ...request }) => runs.samples(id, request),
    'results.annotate': (annotation) => {
      runs.annotate(annotation);
      return null;
    },
    'results.bundle': ({ query, file }) => runs.bundle(query, file),
    'results.import': ({ file }) => runs.importBundle(file),
    'results.history': ({ where }) => runs.history(where),
    'results.markChange': ({ runId, acknowledged, note }) => {
      runs.markChange({
        runId,
        ...(acknowledged === undefined ? {} : { acknowledged }),
        ...(note === undefined ? {} : { note }),
      });
      return null;
    },
    'results.pinBaseline': (pin) => {
      runs.pinBaseline(pin);
      return null;
    },
    'results.compare': ({ pairs, statistic = 'p50' }) => runs.compare({ pairs, statistic }),
    'results.export': (request) => runs.exportTo(request),
  }) satisfies Partial<Handlers>;
