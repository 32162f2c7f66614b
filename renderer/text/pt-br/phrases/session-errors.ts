import type { sessionErrorPhrases as english } from '../../../../shared/phrases/session-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const sessionErrorPhrases: Pick<Translations, keyof typeof english> = {
  cellCancelled: () => 'A célula foi cancelada.',
  coresNotChosen: () => 'este sistema não deixa nenhum processo escolher seus núcleos',
  shapeDynamic: ({ input, shape }) =>
    `A entrada "${input}" tem a forma dinâmica [${shape}]; dê seus tamanhos em inputShapes.`,
  typeNotFed: ({ input, type }) =>
    `A entrada "${input}" recebe ${type}, que aqui não pode ser fornecido; exporte o modelo com outro tipo de elemento.`,
  inputNotAmong: ({ input }) => `sua entrada "${input}" não está entre as da variante`,
  batchFixedAt: ({ size }) => `seu lote é fixo em ${size}`,
  noResult: () => 'A célula terminou sem resultado; execute-a de novo.',
  noAnswer: ({ title }) => `${title} terminou sem resposta; tente de novo.`,
  listOfProviders: () => 'A lista de provedores',
  unknownOperatorAt: ({ operator, opset }) =>
    `O modelo usa o operador "${operator}", que o ONNX Runtime não conhece no opset ${opset}; exporte-o com operadores padrão.`,
  unknownOperator: ({ operator }) =>
    `O modelo usa o operador "${operator}", que o ONNX Runtime não conhece; exporte-o com operadores padrão.`,
  unknownOperatorOf: ({ operator, domain }) =>
    `O modelo usa o operador "${operator}" do domínio "${domain}", que o ONNX Runtime não conhece; exporte-o com operadores padrão.`,
  domainNotImported: ({ domain }) =>
    `O modelo usa operadores do domínio "${domain}" sem importá-lo, e o ONNX Runtime não os conhece; exporte-o com operadores padrão.`,
  noKernel: ({ operator, opset }) =>
    `O ONNX Runtime não tem kernel para ${operator} (opset ${opset}); exporte-o com outros tipos de elemento ou execute-o em outro provedor.`,
  noKernelOfNode: ({ operator, opset, node }) =>
    `O ONNX Runtime não tem kernel para ${operator} (opset ${opset}) com os tipos de elemento do nó "${node}"; exporte-o com outros tipos de elemento ou execute-o em outro provedor.`,
  runtimeOpsetTooNew: ({ opset, newest }) =>
    `O modelo precisa do opset ${opset}, e o ONNX Runtime vai até ${newest}; exporte-o com o opset ${newest} ou menor.`,
  runtimeIrTooNew: ({ version, newest }) =>
    `O formato do arquivo do modelo é a versão de IR ${version}, e o ONNX Runtime vai até ${newest}; exporte-o com uma versão mais antiga.`,
  notAModel: () => 'O ONNX Runtime acha que o arquivo está danificado ou não é um modelo ONNX; exporte-o de novo.',
  optimizedUnwritten: () =>
    'O ONNX Runtime não consegue escrever o modelo otimizado: o disco está cheio ou recusa mais; libere espaço e tente de novo.',
  modelFileGone: ({ path }) => `O arquivo do modelo ${path} não existe; adicione o modelo de novo.`,
  runtimeGraphCycle: () => 'O grafo do modelo tem um ciclo; exporte-o de novo.',
  memoryRefused: ({ size }) => `O ONNX Runtime não conseguiu ${size} MB de memória; use um lote ou um modelo menor.`,
  librariesMissing: ({ provider }) =>
    `As bibliotecas do ONNX Runtime para o provedor ${provider} não estão instaladas aqui.`,
  runtimeWithoutProvider: ({ provider }) => `Esta compilação do ONNX Runtime não contém o provedor ${provider}.`,
  cantRun: ({ why }) => `O ONNX Runtime não consegue executar o modelo: ${why}`,
  cantLoad: ({ why }) => `O ONNX Runtime não consegue carregar o modelo: ${why}`,
};
