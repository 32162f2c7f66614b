import type { arrayPhrases as english } from '../../../../shared/phrases/array-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const arrayPhrases: Pick<Translations, keyof typeof english> = {
  npyTypeUnknown: ({ file, type }) =>
    `O arquivo ${file} contém elementos do tipo ${type}, que não é aceito; salve-o como float32.`,
  npyOneNumber: ({ file }) => `O arquivo ${file} contém um só número; dê os exemplos ao longo do primeiro eixo.`,
  npyOtherSize: ({ file, shape, bytes }) =>
    `O arquivo ${file} declara a forma [${shape}], mas contém ${bytes} bytes; salve-o de novo.`,
  notNpy: ({ file }) => `O arquivo ${file} não é um .npy do NumPy; salve-o com numpy.save.`,
  npyHeaderTooLong: ({ file }) => `O arquivo ${file} tem um cabeçalho longo demais; salve-o com numpy.save.`,
  npyHeaderUnknown: ({ file }) =>
    `O arquivo ${file} tem um cabeçalho que não é entendido (registros e objetos não são aceitos); salve um array simples.`,
  npyByColumns: ({ file }) => `O arquivo ${file} está gravado coluna por coluna; salve-o com numpy.ascontiguousarray.`,
  arrayCutShort: ({ file }) => `O arquivo ${file} termina cedo demais; copie-o de novo.`,
  npzEmpty: ({ file }) => `O arquivo ${file} não contém arrays.`,
  notNpz: ({ file }) => `O arquivo ${file} não é um .npz (um zip de arrays).`,
  npzEndsEarly: ({ file }) => `O arquivo ${file} termina cedo demais.`,
  npzDamaged: ({ file }) => `O arquivo ${file} está danificado.`,
  npzTooMany: ({ file }) => `O arquivo ${file} contém arquivos demais.`,
  npzCompression: ({ file }) =>
    `O arquivo ${file} está comprimido de um modo que não é entendido; salve-o com numpy.savez.`,
  npzTooLarge: ({ file, needed, free }) =>
    `Os arrays de ${file} ocupam ${needed} descompactados, mais que os ${free} livres no disco da pasta de dados; libere espaço.`,
  npzDamagedIn: ({ file, entry }) => `O arquivo ${file} está danificado em "${entry}".`,
  arrayMissing: ({ path }) => `O arquivo ${path} não existe; importe o conjunto de dados de novo.`,
  arrayUnopened: ({ path, code }) =>
    `O arquivo ${path} não pode ser aberto (${code}); importe o conjunto de dados de novo.`,
};
