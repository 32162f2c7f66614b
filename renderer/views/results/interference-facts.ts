import type { Interference } from '../../../shared/measurement.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
  /** Why it is blank. */
  readonly title?: string;
}

/** What disturbed a run, in words; what the machine didn't tell is blank with the reason, where one is known. */
export function interferenceFacts(
  interference: Interference,
  { results: text, devices, engine }: Text,
  format: Format,
): readonly Fact[] {
  const names = text.interferenceFields;
  const fact = (field: keyof Interference, name: string, value: string | null): readonly Fact[] => {
    if (value !== null) return [{ name, value }];
    const reason = interference.blanks?.[field];
    return reason === undefined ? [] : [{ name, value: '–', title: engine(reason) }];
  };
  const number = (
    field: Exclude<keyof typeof names, 'offenders' | 'frequencyMaxMhz' | 'throttled' | 'gpu' | 'powerSource'>,
    write: (value: number) => string,
  ): readonly Fact[] => {
    const value = interference[field] ?? null;
    return fact(field, names[field], value === null ? null : write(value));
  };
  const cores = (value: number): string => text.cores(format.number(value, 2));
  const share = (value: number): string => format.percent(value);
  const { frequencyMinMhz: low, frequencyMaxMhz: high, throttled, gpu = null, offenders = [] } = interference;
  const gpuParts = gpu === null ? [] : gpuText(gpu, format);
  return [
    ...number('otherCpuCores', cores),
    ...number('busyShare', share),
    ...(offenders.length === 0
      ? []
      : fact(
          'offenders',
          names.offenders,
          offenders
            .map(({ pid, name, cores: used, busyMs }) =>
              text.offender(String(pid), name, share(used), format.durationMs(busyMs)),
            )
            .join('; '),
        )),
    ...number('stealCores', cores),
    ...number('runQueueShare', share),
    ...number('involuntaryContextSwitches', format.number),
    ...number('cpuPressure', share),
    ...number('memoryPressure', share),
    ...fact(
      'frequencyMaxMhz',
      names.frequencyMaxMhz,
      low === null || high === null ? null : `${format.number(low)} – ${format.number(high)} MHz`,
    ),
    ...number('temperatureMaxC', (celsius) => `${format.number(celsius)} °C`),
    ...fact(
      'throttled',
      names.throttled,
      throttled === null ? null : throttled ? text.didThrottle : text.didNotThrottle,
    ),
    ...fact('gpu', names.gpu, gpuParts.length === 0 ? null : gpuParts.join(', ')),
    { name: names.powerSource, value: devices.power[interference.powerSource] },
  ];
}

function gpuText(gpu: NonNullable<Interference['gpu']>, format: Format): readonly string[] {
  const { clockMinMhz: low, clockMaxMhz: high, powerMaxW, loadMax, temperatureMaxC } = gpu;
  return [
    ...(low === null || high === null ? [] : [`${format.number(low)} – ${format.number(high)} MHz`]),
    ...(powerMaxW === null ? [] : [`${format.number(powerMaxW)} W`]),
    ...(loadMax === null ? [] : [format.percent(loadMax, 0)]),
    ...(temperatureMaxC === null ? [] : [`${format.number(temperatureMaxC)} °C`]),
  ];
}
