import type { storeErrorPhrases as english } from '../../../../shared/phrases/store-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const storeErrorPhrases: Pick<Translations, keyof typeof english> = {
  folderGone: ({ folder }) =>
    `A pasta de dados ${folder} sumiu: conecte seu disco ou mova-a de volta, e inicie a fila de novo; o que já foi guardado continua lá.`,
  folderEmpty: ({ folder }) =>
    `${folder} não contém dados do Crivo: nomeie a pasta de dados com --data, ou execute uma varredura antes.`,
  databaseNewer: ({ file, found, known }) =>
    `O banco de dados ${file} foi escrito por um Crivo mais novo (formato ${found}, este conhece ${known}): atualize o Crivo, ou escolha outra pasta com --data; nada foi mudado.`,
  folderBusy: ({ folder }) =>
    `Outro processo do crivo está escrevendo na pasta de dados ${folder} há mais de 5 s: espere que termine e tente de novo.`,
  diskFull: ({ folder }) =>
    `O disco da pasta de dados ${folder} está cheio ou recusa mais: libere espaço e tente de novo; o que já foi guardado continua lá.`,
  folderReadOnly: ({ folder }) =>
    `Não se pode escrever na pasta de dados ${folder}: permita a escrita lá, ou escolha outra pasta com --data.`,
  databaseDamaged: ({ folder }) =>
    `O banco de dados crivo.sqlite em ${folder} está danificado: ponha uma cópia de segurança em seu lugar, ou mova-o para começar com um vazio.`,
  folderUnopened: ({ folder }) =>
    `A pasta de dados ${folder} não pode ser aberta nem criada: confira o caminho, ou escolha outra pasta com --data.`,
  diskUnreadable: ({ folder }) =>
    `O disco da pasta de dados ${folder} não pode ser lido nem escrito: confira se está conectado e íntegro, e tente de novo.`,
  closedWhileRead: () => 'A pasta de dados foi fechada enquanto seus resultados eram lidos.',
  storedByNewerNode: () => 'Este resultado foi guardado por um Node mais novo: leia-o com o Node 22.15 ou mais novo.',
  queueHeld: ({ pid, since }) =>
    `Outro crivo (processo ${pid}, desde ${since}) trabalha na fila desta pasta de dados: espere que termine, ou encerre-o, e tente de novo.`,
  queueStarting: () =>
    'Outro crivo está começando na fila desta pasta de dados: espere que termine, ou encerre-o, e tente de novo.',
  bundleChanged: ({ file }) =>
    `${file} está danificado ou foi mudado: suas partes não batem com suas somas de verificação; escreva o pacote de novo.`,
  bundleNewer: ({ file }) => `${file} foi escrito por um Crivo mais novo; atualize este.`,
  bundleUnreadable: ({ file }) => `${file} não é um pacote legível; escreva um com "crivo results --bundle FILE".`,
  fileUnwritten: ({ file }) => `O arquivo ${file} não pode ser escrito; confira se sua pasta existe e tem espaço.`,
  settingTooLarge: ({ name }) => `O ajuste "${name}" tem mais de 1 MB: guarde menos nele.`,
  noSetting: ({ name, names }) => `Não há ajuste "${name}": os que há são ${names}.`,
  settingUnfit: ({ name, value, why }) => `O ajuste "${name}" não aceita ${value}: ${why}.`,
  ofAnotherType: () => 'é de outro tipo',
};
