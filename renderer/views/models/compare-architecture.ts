/** Two models side by side, fact by fact. */
import type { ModelDetail, ModelInspection, TensorInfo } from '../../../shared/model.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import { modelFacts } from './model-facts.ts';
import { shapeText } from './shape-text.ts';

interface ComparedRow {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly differs: boolean;
}
interface ComparedSection {
  readonly title: string;
  readonly rows: readonly ComparedRow[];
}

const absent = '–';

/** All that is compared, in sections; a fact that one side lacks is a dash there. */
export function architectureRows(
  left: ModelDetail,
  right: ModelDetail,
  text: Text['models'],
  format: Format,
): readonly ComparedSection[] {
  const tensors = (list: readonly TensorInfo[]): Map<string, string> =>
    new Map(list.map((tensor) => [tensor.name, `${tensor.elementType} · ${shapeText(tensor.shape, text)}`]));
  const operators = ({ operators: list }: ModelInspection): Map<string, string> =>
    new Map(
      list.map((entry) => [
        entry.domain === '' ? entry.operator : `${entry.domain}.${entry.operator}`,
        entry.macs === null || entry.macs === 0
          ? format.number(entry.count)
          : `${format.number(entry.count)} · ${format.count(entry.macs)} ${text.macs}`,
      ]),
    );
  const facts = (model: ModelDetail): Map<string, string> =>
    new Map(modelFacts(model, text, format).map(({ name, value }) => [name, value]));
  const pair = (title: string, of: (model: ModelDetail) => Map<string, string>): ComparedSection => ({
    title,
    rows: paired(of(left), of(right)),
  });
  return [
    pair(text.facts, facts),
    pair(text.inputs, (model) => tensors(model.inspection.inputs)),
    pair(text.outputs, (model) => tensors(model.inspection.outputs)),
    pair(text.operators, (model) => operators(model.inspection)),
  ];
}

function paired(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): readonly ComparedRow[] {
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => {
    const [leftValue, rightValue] = [left.get(name) ?? absent, right.get(name) ?? absent];
    return { name, left: leftValue, right: rightValue, differs: leftValue !== rightValue };
  });
}
