import type { Call, InputOf } from '../../shared/contract.ts';
import type { NightReport } from '../../shared/night.ts';
import type { SweepPlan, SweepSummary } from '../../shared/sweep.ts';
import type { Client } from '../rpc/client.ts';
import { Resource } from './resource.svelte.ts';

/** Sweeps: examples, plans, what was run before. */
export class Sweeps {
  readonly list: Resource<readonly SweepSummary[]>;
  readonly examples: Resource<readonly { readonly name: string; readonly yaml: string }[]>;
  readonly #call: Call;

  constructor(client: Client) {
    this.#call = client.call;
    this.list = new Resource(() => client.call('sweeps.list', {}));
    this.examples = new Resource(() => client.call('sweeps.examples', {}));
  }

  readonly plan = (yaml: string): Promise<SweepPlan> => this.#call('sweeps.plan', { yaml });

  readonly queue = (input: InputOf<'sweeps.queue'>): Promise<SweepSummary> => this.#call('sweeps.queue', input);

  readonly report = (id: number): Promise<NightReport> => this.#call('sweeps.report', { id });

  readonly yamlOf = async (id: number): Promise<string> => (await this.#call('sweeps.get', { id })).yaml;

  readonly remove = async (id: number): Promise<void> => {
    await this.#call('sweeps.remove', { id });
    await this.list.load();
  };
}
