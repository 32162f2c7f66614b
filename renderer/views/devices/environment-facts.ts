import type { Environment } from '../../../shared/hardware.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

/** The fingerprint of this machine in words, without what it doesn't tell. */
export function environmentFacts(
  environment: Environment,
  text: Text,
  format: Format,
): readonly { readonly name: string; readonly value: string }[] {
  const fields = text.devices.environmentFields;
  const { yes, no } = text.common;
  const facts: readonly (readonly [string, string | null])[] = [
    [fields.cpuModel, environment.cpuModel],
    [
      fields.cores,
      text.devices.coresOf(format.number(environment.physicalCores), format.number(environment.logicalCores)),
    ],
    [fields.isa, environment.isa.join(', ')],
    [fields.governor, environment.governor],
    [fields.memory, format.bytes(environment.memoryBytes)],
    [fields.operatingSystem, environment.operatingSystem],
    [fields.kernel, environment.kernel],
    [fields.architecture, environment.architecture],
    [fields.gpu, environment.gpu],
    [fields.gpuDriver, environment.gpuDriver],
    [fields.power, text.devices.power[environment.powerSource]],
    [fields.virtualized, environment.virtualized === null ? null : environment.virtualized ? yes : no],
    [fields.onnxRuntime, environment.onnxRuntimeVersion],
    [fields.node, environment.nodeVersion],
    [fields.crivo, environment.crivoVersion],
  ];
  return facts.flatMap(([name, value]) => (value === null || value === '' ? [] : [{ name, value }]));
}
