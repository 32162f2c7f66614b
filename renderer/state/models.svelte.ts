import type { AddedModels, Call, ModelGraph } from '../../shared/contract.ts';
import type { ModelDetail, ModelSummary } from '../../shared/model.ts';
import type { Client } from '../rpc/client.ts';
import { Resource } from './resource.svelte.ts';
import type { Tasks } from './tasks.svelte.ts';

/** The library. */
export class Models {
  readonly list: Resource<readonly ModelSummary[]>;
  /** What is being added now; null when nothing is. */
  adding = $state.raw<{ readonly count: number; readonly taskId: string } | null>(null);
  readonly #call: Call;
  readonly #tasks: Tasks;

  constructor(client: Client, tasks: Tasks) {
    this.#call = client.call;
    this.#tasks = tasks;
    this.list = new Resource(() => client.call('models.list', {}));
    client.on('models-changed', () => void this.list.load());
    client.onResync(() => void this.list.load());
  }

  readonly byHash = (sha256: string): ModelSummary | undefined =>
    this.list.value?.find((model) => model.sha256 === sha256);

  /** Adds files; data files that lie beside a model are left to the model. */
  readonly add = async (paths: readonly string[]): Promise<AddedModels> => {
    const models = paths.filter((path) => /\.onnx$/i.test(path));
    const chosen = models.length > 0 ? models : [...paths];
    return this.#tasks.run(async (taskId) => {
      this.adding = { count: chosen.length, taskId };
      try {
        return await this.#call('models.add', { paths: chosen, taskId });
      } finally {
        this.adding = null;
      }
    });
  };

  readonly detail = (model: string): Promise<ModelDetail> => this.#call('models.get', { model });
  readonly graph = (model: string): Promise<ModelGraph> => this.#call('models.graph', { model });

  readonly update = async (
    model: string,
    changes: { name?: string; tags?: string[]; note?: string },
  ): Promise<void> => {
    await this.#call('models.update', { model, ...changes });
  };

  readonly remove = (model: string): Promise<ModelSummary> => this.#call('models.remove', { model });

  readonly restore = async (sha256: string): Promise<void> => {
    await this.#call('models.restore', { sha256 });
  };
}
