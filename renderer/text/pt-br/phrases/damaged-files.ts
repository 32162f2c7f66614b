import type { damagePhrases as english } from '../../../../shared/phrases/damaged-files.ts';
import type { Translations } from '../../engine-phrases.ts';

export const damagePhrases: Pick<Translations, keyof typeof english> = {
  atByte: ({ what, byte }) => `${what} (no byte ${byte})`,
  nestsTooDeep: ({ most }) => `aninha mais de ${most} mensagens`,
  fieldImpossible: ({ number, message }) => `campo ${number} em ${message}`,
  fieldOfOtherWire: ({ field, message, wire, wanted }) =>
    `o campo "${field}" de ${message} tem o tipo de codificação ${wire} em vez de ${wanted}`,
  fieldPacked: ({ field, message }) => `o campo "${field}" de ${message} está compactado`,
  fieldCutShort: ({ name, bytes, there }) => `seu campo "${name}" declara ${bytes} bytes e só há ${there}`,
  wireUnknown: ({ name, wire }) => `${name} tem o tipo de codificação ${wire}`,
  endsInside: ({ name }) => `termina dentro de ${name}`,
  endsInsideNumber: () => 'termina dentro de um número',
  numberEndless: () => 'um número nele nunca termina',
  tooManyParts: ({ most, bytes }) => `declara mais de ${most} partes em ${bytes} bytes`,
  tooManyLoose: () => 'guarda números demais um a um; salve seus tensores como raw_data',
};
