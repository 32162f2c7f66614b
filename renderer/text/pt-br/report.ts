import type { Text } from '../en.ts';

export const report: Text['report'] = {
  before: 'Antes',
  after: 'Depois',
  took: 'Levou',
  saved: 'Tamanho',
  passes: 'Passos',
  nodes: 'Nós',
  filter: 'Filtrar nós',
  outcome: 'Resultado',
  everything: 'Tudo',
  changed: 'mudou',
  leftAlone: 'intocado',
  node: 'Nó',
  operator: 'Operador',
  reason: 'O quê, ou por que não',
  warnings: 'Avisos',
  figures: 'Números',
  noNodes: 'Nenhum nó corresponde.',
  noneTouched: 'Este passo não relatou nós.',
};
