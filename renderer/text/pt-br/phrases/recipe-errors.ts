import type { recipeErrorPhrases as english } from '../../../../shared/phrases/recipe-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const recipeErrorPhrases: Pick<Translations, keyof typeof english> = {
  didYouMean: ({ near }) => `; você quis dizer "${near}"?`,
  thereAre: ({ known }) => `; há: ${known}.`,
  takesNone: () => '; não aceita nenhum.',
  noPass: ({ name, hint }) => `Não há um passo "${name}"${hint}`,
  noRecipe: ({ name, hint }) => `Não há uma receita "${name}"${hint}`,
  builtInRecipe: ({ name }) => `"${name}" é uma receita embutida; dê outro nome à sua.`,
  recipeFileMissing: ({ path }) => `O arquivo de receita ${path} não existe; confira o caminho.`,
  recipeFileUnreadable: ({ path, code }) =>
    `O arquivo de receita ${path} não pode ser lido (${code}); confira o caminho.`,
  recipeNeedsData: ({ recipe }) =>
    `A receita "${recipe}" precisa de dados de calibração; escolha um conjunto de dados, como em "--dataset digits".`,
  passNeedsData: ({ pass, recipe }) =>
    `O passo "${pass}" da receita "${recipe}" mede entradas reais; escolha um conjunto de dados.`,
  staticNeedsData: () => 'A quantização estática mede faixas; escolha um conjunto de dados.',
  activationNeedsData: () => 'A importância activation mede entradas reais; escolha um conjunto de dados.',
  noBatchNormalization: () =>
    'A importância batch-norm lê nós BatchNormalization, e o modelo não tem nenhum; ponha foldScales de normalize em false, ou escolha outra importância.',
  noOption: ({ pass, option, hint }) => `O passo "${pass}" não tem a opção "${option}"${hint}`,
  optionUnusable: ({ option, pass, problem }) =>
    `A opção "${option}" do passo "${pass}" não pode ser usada: ${problem}.`,
  placeUnusable: ({ place, problem }) => `não se pode usar ${place}: ${problem}.`,
  keyOfPlaceNear: ({ key, place, near }) => `${place} não tem a chave "${key}"; você quis dizer "${near}"?`,
  keyOfPlaceUnknown: ({ key, place, known }) => `${place} não tem a chave "${key}"; há: ${known}.`,
  theRecipe: () => 'a receita',
  axisUnusable: ({ entry }) =>
    `"${entry}" não pode ser usado como eixo; escreva input=axis, como state=1, ou input=none.`,
  noInput: ({ name, hint }) => `O modelo não tem a entrada "${name}"${hint}`,
  batchElsewhere: ({ input, size, axis, shape }) =>
    `A entrada "${input}" não tem o lote de ${size} no eixo ${axis}; sua forma é [${shape}].`,
  sizeUnusable: ({ entry }) =>
    `"${entry}" não pode ser usado como tamanho; escreva symbol=number, como batch=4, ou input=shape, como image=1x3x224x224, com tamanhos a partir de 1.`,
  noInputOrSize: ({ name, hint }) => `O modelo não tem a entrada nem o tamanho dinâmico "${name}"${hint}`,
  oneSizeOnly: ({ entry, name, example }) =>
    `"${entry}" não pode ser usado: "${name}" é um só tamanho; escreva um número, como ${example}.`,
  shapeUnusable: ({ input, stated, declared }) =>
    `A entrada "${input}" não pode ter a forma [${stated}]; o modelo declara [${declared}].`,
  noNodeToKeep: ({ name, hint }) => `O modelo não tem o nó "${name}" para manter em float32${hint}`,
  noOperatorToKeep: ({ name, hint }) => `O modelo não tem o operador "${name}" para manter em float32${hint}`,
  nothingToExclude: ({ name }) =>
    `Nada no modelo se chama "${name}", e por isso não pode ser excluído; veja os nomes na página do modelo.`,
  noSignedKernel: () =>
    'Ativações com sinal e pesos sem sinal não têm kernel no ONNX Runtime; escolha weightType int8.',
  noEightBitOperator: ({ operator, operators }) =>
    `O operador "${operator}" não tem forma em 8 bits na CPU; escolha entre ${operators}.`,
  patternKeepsAll: ({ pattern }) =>
    `O padrão "${pattern}" não mantém nada ou mantém tudo; escreva N:M com N menor que M, como em 2:4.`,
  noNodeToProtect: ({ name, hint }) => `Não há um nó "${name}" para proteger${hint}`,
  noNodeToPrune: ({ name, hint }) => `Não há um nó "${name}" para podar${hint}`,
};
