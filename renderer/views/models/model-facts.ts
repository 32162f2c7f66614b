import type { ModelDetail } from '../../../shared/model.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}

/** What is worth knowing of a model at a glance, in words. */
export function modelFacts(model: ModelDetail, text: Text['models'], format: Format): readonly Fact[] {
  const { inspection } = model;
  const opsets = inspection.opsets.map(({ domain, version }) => `${domain === '' ? 'ai.onnx' : domain} ${version}`);
  return [
    { name: text.size, value: format.bytes(model.sizeBytes), title: `${format.number(model.sizeBytes)} B` },
    { name: text.parameters, value: format.count(model.parameterCount), title: format.number(model.parameterCount) },
    {
      name: text.macs,
      value: model.macs === null ? '–' : format.count(model.macs),
      title: model.macs === null ? text.macsLong : format.number(model.macs),
    },
    { name: text.nodes, value: format.number(inspection.nodeCount) },
    { name: text.precision, value: model.precision },
    { name: text.quantization, value: inspection.quantization ?? text.notQuantized },
    { name: text.opsets, value: opsets.join(', ') },
    { name: text.irVersion, value: String(inspection.irVersion) },
    { name: text.producer, value: inspection.producer === '' ? '–' : inspection.producer },
    ...(inspection.externalDataBytes > 0
      ? [{ name: text.externalData, value: format.bytes(inspection.externalDataBytes) }]
      : []),
    { name: text.added, value: format.dateTime(model.addedAt) },
    ...(model.importedFrom === null ? [] : [{ name: text.importedFrom, value: model.importedFrom }]),
    { name: 'SHA-256', value: model.sha256.slice(0, 16), title: model.sha256 },
  ];
}
