import type { loadPhrases as english } from '../../../../shared/phrases/load-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const loadPhrases: Pick<Translations, keyof typeof english> = {
  irTooNew: ({ label, version, newest }) =>
    `${label} tem a versão IR ${version}, e o ONNX Runtime lê até ${newest}; exporte-o com uma versão mais antiga do onnx.`,
  opsetTooNew: ({ label, opset, newest, option }) =>
    `${label} usa o conjunto de operadores ${opset}, e o ONNX Runtime conhece até ${newest}; exporte-o com opset_version=${option} ou menos.`,
  noGraph: () => 'O arquivo não contém grafo; não é um modelo ONNX completo.',
  operatorUnknown: ({ label, operator, version }) =>
    `${label} usa o operador "${operator}", que o conjunto de operadores ${version} do ONNX não tem; exporte-o com operadores padrão.`,
  operatorOfUnknownDomain: ({ label, operator, domain }) =>
    `${label} usa o operador "${operator}" do domínio "${domain}", que o ONNX Runtime não conhece; exporte-o com operadores padrão.`,
  operatorOfMissingDomain: ({ label, operator, domain }) =>
    `${label} usa o operador "${operator}" do domínio "${domain}", que ele não importa e o ONNX Runtime não conhece; exporte-o com operadores padrão.`,
  graphCycle: ({ label }) =>
    `${label} contém um grafo com um ciclo, que não pode ser calculado; exporte o modelo de novo.`,
  tensorUnmade: ({ label, name }) => `${label} lê o tensor "${name}", que nada nele produz; exporte o modelo de novo.`,
  unloadable: ({ label, reason }) => `O ONNX Runtime não consegue carregar ${label}: ${reason}.`,
  cycleThrough: ({ node }) => `O grafo tem um ciclo que passa pelo nó "${node}".`,
};
