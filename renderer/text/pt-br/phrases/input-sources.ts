import type { inputSourcePhrases as english } from '../../../../shared/phrases/input-sources.ts';
import type { Translations } from '../../engine-phrases.ts';

export const inputSourcePhrases: Pick<Translations, keyof typeof english> = {
  randomInputs: ({ seed }) => `aleatórias, semente ${seed}`,
  datasetInputs: ({ dataset }) => `conjunto de dados ${dataset}`,
  datasetAndRandomInputs: ({ dataset, seed }) =>
    `conjunto de dados ${dataset}; as outras entradas aleatórias, semente ${seed}`,
};
