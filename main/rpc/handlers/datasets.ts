import type { Handlers } from '../../../shared/contract.ts';
import { datasetSummary } from '../../engine/accuracy/datasets.ts';
import { defaultLayerExamples } from '../../engine/accuracy/layers/layer-drifts.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { say } from '../../../shared/phrases/phrase.ts';

const firstExamples = 24;
const firstChanges = 24;

/** Answers the calls about datasets and what runs answered on them. */
export const datasetHandlers = ({
  datasets,
  library,
  accuracy,
  layerDrifts,
  tasks,
}: Pick<Engine, 'datasets' | 'library' | 'accuracy' | 'layerDrifts' | 'tasks'>) =>
  ({
    'datasets.list': () => datasets.list().map(({ detail }) => datasetSummary(detail)),
    'datasets.get': ({ dataset }) => datasets.find(dataset).detail,
    'datasets.add': ({ taskId, ...request }) =>
      tasks.run(taskId, say('importTask'), (options) => datasets.add(request, options)),
    'datasets.preview': ({ taskId, ...request }) =>
      tasks.run(taskId, say('previewTask'), (options) => datasets.preview(request, firstExamples, options)),
    'datasets.examples': ({ dataset, offset = 0, limit = firstExamples }) => datasets.examples(dataset, offset, limit),
    'datasets.check': ({ dataset, model }) => datasets.check(dataset, library.resolve(model)),
    'datasets.remove': ({ dataset }) => datasets.remove(dataset),
    'datasets.restore': ({ sha256 }) => datasets.restore(sha256),
    'accuracy.run': ({ id }) => accuracy.report(id),
    'accuracy.compare': ({ offset = 0, limit = firstChanges, ...runs }) => accuracy.compare({ ...runs, offset, limit }),
    'accuracy.layers': ({ variant, parent, dataset, examples = defaultLayerExamples, taskId }) => {
      const { name, sha256 } = library.resolve(variant);
      const order = {
        parentSha256: parent === undefined ? null : library.resolve(parent).sha256,
        variantSha256: sha256,
        ...{ dataset: datasets.find(dataset).files, examples },
      };
      return tasks.run(taskId, say('layersTask', { model: name }), (options) => layerDrifts.measure(order, options));
    },
  }) satisfies Partial<Handlers>;
