import type { taskPhrases as english } from '../../../../shared/phrases/tasks.ts';
import type { Translations } from '../../engine-phrases.ts';

export const taskPhrases: Pick<Translations, keyof typeof english> = {
  taskRunning: ({ id }) => `Uma tarefa "${id}" já está em execução; escolha outro id.`,
  taskGone: () => 'Essa tarefa não está mais em execução.',
};
