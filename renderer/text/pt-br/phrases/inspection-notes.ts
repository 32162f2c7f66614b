import type { inspectionPhrases as english } from '../../../../shared/phrases/inspection-notes.ts';
import type { Translations } from '../../engine-phrases.ts';

export const inspectionPhrases: Pick<Translations, keyof typeof english> = {
  sizesNotRun: () => 'Alguns tamanhos dependem dos dados, e o modelo não foi executado para obtê-los.',
  sizesTooLarge: () =>
    'Alguns tamanhos dependem dos dados, e o modelo é grande demais para ser executado só para obtê-los.',
  sizesByRunning: () => 'Alguns tamanhos dependem dos dados; uma execução com zeros os mostrou.',
  sizesRunFailed: ({ reason }) => `Alguns tamanhos dependem dos dados, e uma execução com zeros falhou: ${reason}`,
  macsSizesLate: ({ operator }) =>
    `As multiplicações-acumulações não são contadas: os tamanhos em um ${operator} só são conhecidos enquanto o modelo executa.`,
  macsNoFormula: ({ operator }) =>
    `As multiplicações-acumulações não são contadas: não há fórmula para ${operator}, ou seus tamanhos são desconhecidos.`,
  ifBranchImpossible: () => 'De um If, fica de fora um ramo que não pode executar com estes tamanhos.',
  ifLargerBranch: () => 'De cada If, conta-se o ramo com mais multiplicações-acumulações.',
  macsOutsideUnknown: () =>
    'As multiplicações-acumulações não são contadas: o que um subgrafo toma de fora não tem tipo ou forma conhecidos.',
  scanUnknown: () => 'Um Scan percorre um comprimento desconhecido; suas multiplicações-acumulações não são contadas.',
  readingFile: () => 'Lendo o arquivo',
  askingShapes: () => 'Perguntando as formas ao ONNX Runtime',
  countingMacs: () => 'Contando multiplicações-acumulações',
};
