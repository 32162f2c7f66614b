import type { cudaPhrases as english } from '../../../../shared/phrases/cuda-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const cudaPhrases: Pick<Translations, keyof typeof english> = {
  cudaTask: () => 'Instalando CUDA para o ONNX Runtime',
  cudaOnlyLinux: ({ platform, architecture }) =>
    `O ONNX Runtime para Node só tem CUDA no Linux x64, e este sistema é ${platform} ${architecture}: use webgpu para a GPU aqui.`,
  unpacking: () => 'Descompactando',
  installationCancelled: () => 'A instalação foi cancelada; nada dela está em uso.',
  packageLacks: ({ name }) => `O pacote não tem ${name}; atualize o Crivo e tente de novo.`,
  hostUnreachable: ({ host }) => `${host} não pode ser alcançado: confira a rede e tente de novo.`,
  noSuchPackage: ({ host, status }) =>
    `${host} não tem esse pacote (respondeu ${status}): atualize o Crivo e tente de novo.`,
  packageUnexpected: ({ what }) =>
    `A descrição do pacote não é a esperada (${what}): atualize o Crivo e tente de novo.`,
  archiveDamaged: ({ path }) =>
    `${path} não é um arquivo ZIP que se possa ler; tente de novo, e ele é baixado outra vez.`,
  downloadCancelled: () => 'O download foi cancelado; o próximo continua daqui.',
  hostUnreadable: ({ host, why }) =>
    `${host} não pôde ser lido (${why}): confira a rede e tente de novo, o que continua daqui.`,
  downloadDiffers: ({ host }) =>
    `O que ${host} enviou não é o que prometeu (o SHA-512 difere) e foi descartado: tente de novo.`,
  answeredStatus: ({ status }) => `respondeu ${status}`,
  endedAfter: ({ size }) => `terminou depois de ${size}`,
  cudaNeeds: () => 'CUDA 12 e cuDNN 9 da NVIDIA, e para tensorrt o TensorRT 10 dela',
};
