import type { DatasetDetail, JudgedTask } from '../../../shared/dataset.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import type { Fact } from '../models/model-facts.ts';
import { preparationText, shapesText } from './preparation-text.ts';

/** What is worth knowing of a dataset at a glance, in words. */
export function datasetFacts(dataset: DatasetDetail, text: Text['datasets'], format: Format): readonly Fact[] {
  const { calibrationExamples, constants } = dataset;
  const fed = Object.entries(constants).map(([name, value]) => `${name} = ${format.number(value, 3)}`);
  return [
    { name: text.examples, value: format.number(dataset.examples) },
    { name: text.labels, value: dataset.task === null ? text.noLabels : text.tasks[dataset.task] },
    ...(dataset.judged?.kind === 'boxes' ? [{ name: text.boxes.title, value: boxesText(dataset.judged, text) }] : []),
    { name: text.shape, value: shapesText(dataset) },
    { name: text.size, value: format.bytes(dataset.sizeBytes), title: `${format.number(dataset.sizeBytes)} B` },
    {
      name: text.calibration,
      value:
        calibrationExamples === 0 ? text.calibrationSame : text.calibrationOthers(format.number(calibrationExamples)),
    },
    { name: text.preparation, value: preparationText(dataset.preparation, text, format) },
    ...(fed.length === 0 ? [] : [{ name: text.constants, value: fed.join(', ') }]),
    ...(dataset.importedFrom === null ? [] : [{ name: text.importedFrom, value: dataset.importedFrom }]),
    { name: 'SHA-256', value: dataset.sha256.slice(0, 12), title: dataset.sha256 },
  ];
}

/** How a model's boxes are read. */
function boxesText(
  { outputs, layout }: Extract<JudgedTask, { kind: 'boxes' }>,
  { boxes: text }: Text['datasets'],
): string {
  const unit = layout === undefined || layout.unit.every((size) => size === 1) ? 'pixels' : 'fractions';
  const names = Object.values(outputs).join(', ');
  return `${text.coordinateNames[layout?.coordinates ?? 'xyxy']}; ${text.units[unit]}; ${names}`;
}
