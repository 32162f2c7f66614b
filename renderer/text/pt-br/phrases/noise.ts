import type { noisePhrases as english } from '../../../../shared/phrases/noise.ts';
import type { Translations } from '../../engine-phrases.ts';

export const noisePhrases: Pick<Translations, keyof typeof english> = {
  otherProcesses: ({ share, busy, watched, worst, others }) =>
    `outro processo usou ${share} de um núcleo durante ${busy} de ${watched} s: ${worst}; depois ${others}`,
  otherProcess: ({ share, busy, watched, worst }) =>
    `outro processo usou ${share} de um núcleo durante ${busy} de ${watched} s: ${worst}`,
  otherWork: ({ cores }) => `outros processos usaram ${cores} núcleos`,
  stolen: ({ cores }) => `o hipervisor tomou ${cores} núcleos`,
  waitedForCore: ({ share }) => `a célula esperou por um núcleo durante ${share} do tempo`,
  waitedForMemory: ({ share }) => `processos esperaram por memória durante ${share} do tempo`,
  throttled: () => 'o processador reduziu o clock por calor',
  clockVaried: ({ low, high }) => `o clock variou de ${low} a ${high} MHz`,
  gpuClockVaried: ({ low, high }) => `o clock da GPU variou de ${low} a ${high} MHz`,
  onBattery: () => 'a máquina estava na bateria',
  noProcessorTime: () => 'este sistema não conta o tempo de processador de todos os processos',
  noProcesses: () => 'este sistema não lista o tempo de processador de cada processo (o Linux o faz, em /proc)',
  noSteal: () => 'este sistema não conta o tempo roubado',
  noSwitches: () => 'este sistema não conta trocas de contexto',
  noWaiting: () => 'este sistema não diz quanto as threads esperam por um núcleo (o Linux o faz, em schedstat)',
  noPressure: () => 'este sistema não informa a pressão de espera (pressure stall information)',
  noClock: () => 'aqui não se lê o clock do processador (comum em máquinas virtuais)',
  noThermalSensor: () => 'aqui não se lê nenhum sensor térmico',
  noThrottling: () => 'aqui o processador não conta reduções de clock',
  noGpuMeasured: () => 'nenhuma GPU foi medida, ou seu driver nada informa',
};
