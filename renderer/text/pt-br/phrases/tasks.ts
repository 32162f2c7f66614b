import type { taskPhrases as english } from '../../../../shared/phrases/tasks.ts';
import type { Translations } from '../../engine-phrases.ts';

export const taskPhrases: Pick<Translations, keyof typeof english> = {
  taskRunning: ({ id }) => `Uma tarefa "${id}" já está em execução; escolha outro id.`,
  taskGone: () => 'Essa tarefa não está mais em execução.',
  taskDone: () => 'Pronto',
  variantTask: ({ recipe, model }) => `Criando ${recipe} de ${model}`,
  pruningTask: ({ model }) => `O que se pode podar de ${model}`,
  readingModel: () => 'Lendo o modelo',
  loadingVariant: () => 'Carregando a variante',
  writingVariant: () => 'Gravando a variante',
  convertingWeights: () => 'Convertendo pesos',
  checkingTypes: () => 'Conferindo tipos',
  measuringGroup: ({ group }) => `Medindo ${group}`,
  repairingLayer: ({ tensor }) => `Reparando ${tensor}`,
  findingChannels: () => 'Procurando os grupos de canais',
  measuringCompressed: () => 'Medindo o tamanho comprimido',
  comparingOriginal: () => 'Comparando com o original',
  verifyingByRunning: () => 'Verificando ao executar',
  optimizingAtLevel: ({ level }) => `Otimizando no nível ${level}`,
  computingConstants: () => 'Calculando constantes',
  foldingScales: () => 'Incorporando escalas',
  bytesFetched: ({ have, size }) => `${have} de ${size} baixados`,
};
