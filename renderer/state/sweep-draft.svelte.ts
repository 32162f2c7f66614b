const memoryKey = 'crivo-sweep-draft';

/** The sweep that is being written: its YAML, kept over pages and reloads of this window. */
export class SweepDraft {
  #yaml = $state(sessionStorage.getItem(memoryKey) ?? '');

  get yaml(): string {
    return this.#yaml;
  }
  set yaml(yaml: string) {
    this.#yaml = yaml;
    sessionStorage.setItem(memoryKey, yaml);
  }
}
