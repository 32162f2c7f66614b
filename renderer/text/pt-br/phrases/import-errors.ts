import type { importPhrases as english } from '../../../../shared/phrases/import-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const importPhrases: Pick<Translations, keyof typeof english> = {
  importTask: () => 'Importando um conjunto de dados',
  previewTask: () => 'Olhando um conjunto de dados',
  lookingForExamples: () => 'Procurando exemplos',
  importCancelled: () => 'A importação foi cancelada.',
  noArrays: () => 'Não há array de exemplos no que você indicou; confira o caminho.',
  arrayOfUneven: ({ count, others, input }) =>
    `Há ${count} exemplos, mas ${others} de "${input}"; dê tantos quantos são os exemplos.`,
  labelArrayUneven: ({ count, others }) =>
    `Há ${count} exemplos, mas ${others} rótulos; dê tantos quantos são os exemplos.`,
  askedClasses: ({ found }) =>
    `Foram pedidas classes, mas os rótulos são ${found}; indique pastas por classe, ou uma tabela ou array de números inteiros ou nomes.`,
  askedTexts: ({ found }) =>
    `Foram pedidos textos, mas os rótulos são ${found}; indique uma tabela com uma coluna de textos.`,
  askedMasks: ({ found }) =>
    `Foram pedidas máscaras, mas os rótulos são ${found}; ponha-as em uma pasta "masks" ao lado das imagens, ou indique uma tabela delas.`,
  askedBoxes: ({ found }) =>
    `Foram pedidas caixas, mas os rótulos são ${found}; indique um arquivo de rótulos no JSON do COCO.`,
  askedValues: ({ found }) =>
    `Foram pedidos valores, mas os rótulos são ${found}; indique uma tabela ou um array de números.`,
  askedGroups: ({ found }) =>
    `Foram pedidos grupos, mas os rótulos são ${found}; indique pastas por grupo, ou uma tabela ou array de números inteiros ou nomes.`,
  boxesOfPicturesOnly: () => 'Caixas só são rótulos de imagens; indique imagens, ou outros rótulos.',
  tooManyClasses: ({ file, most }) =>
    `Os rótulos de ${file} dariam mais que as ${most} classes que pode haver; indique a coluna dos rótulos, ou importe-os como valores.`,
  noPictures: () => 'Não há imagem (PNG, JPEG, WebP, GIF, TIFF, AVIF) no que você indicou; confira o caminho.',
  noRecordings: () => 'Não há arquivo WAV no que você indicou; confira o caminho.',
  labelsWithoutFile: ({ count, first }) =>
    `${count} linhas dos rótulos não indicam nenhum arquivo encontrado, como "${first}".`,
  pathMissing: ({ path }) => `${path} não existe; confira o caminho.`,
  pathUnreadable: ({ path, code }) => `${path} não pode ser lido (${code}); confira o caminho.`,
  tooManyFiles: ({ most }) => `Há mais de ${most} arquivos no que você indicou; indique uma pasta menor.`,
  otherPreparation: ({ kind, media }) =>
    `A preparação é para dados do tipo ${kind}, mas foram encontrados dados do tipo ${media}; escolha outra preparação.`,
  noExamplesIn: ({ name }) => `Não há exemplos em ${name}; confira o caminho.`,
  noUsableExample: ({ count, name, source, reason }) =>
    `Nenhum dos ${count} exemplos em ${name} pode ser usado: o primeiro, ${source}, porque ${reason}.`,
  otherDepth: ({ values, depth }) =>
    `A preparação tem ${values} médias ou desvios para ${depth} canais; dê um, ou um para cada.`,
  listedTwice: ({ count, table }) => `${count} arquivos estão em ${table} mais de uma vez; vale a última linha.`,
  noLabelColumn: ({ table, columns }) => `${table} não tem coluna de rótulos; suas colunas são ${columns}.`,
  noSuchColumn: ({ table, column, columns }) => `${table} não tem coluna "${column}"; suas colunas são ${columns}.`,
  notCoco: ({ file }) =>
    `${file} não está no formato do COCO (images, categories, annotations); dê um arquivo assim, ou um CSV.`,
  labelsNotNumbers: ({ column, table }) =>
    `Os rótulos em "${column}" de ${table} não são todos números; corrija-os, ou importe-os como classes.`,
};
