import { CrivoError } from '../../../shared/errors.ts';

/** A pattern of ONNX Runtime's messages, and the sentence about a file that it stands for. */
type Explanation = readonly [pattern: RegExp, sentence: (label: string, match: RegExpExecArray) => string];

const explanations: readonly Explanation[] = [
  [
    /No Op registered for (\S+) with domain_version of (\d+)/,
    (label, [, operator, version]) =>
      `${label} uses the operator "${operator}", which operator set ${version} of ONNX does not have; export it with standard operators.`,
  ],
  [
    /(?:Fatal error: )?(\S+?):(\S+?)\(-?\d+\) is not a registered function\/op/,
    (label, [, domain, operator]) =>
      `${label} uses the operator "${operator}" of the domain "${domain}", which ONNX Runtime does not know; export it with standard operators.`,
  ],
  [
    /In Node, \("[^"]*", ([^,]+), "[^"]*".*No opset import for domain '([^']*)'/,
    (label, [, operator, domain]) =>
      `${label} uses the operator "${operator}" of the domain "${domain}", which it does not import and ONNX Runtime does not know; export it with standard operators.`,
  ],
  [
    /the graph is not acyclic/,
    (label) => `${label} holds a graph with a cycle, which can't be computed; export the model again.`,
  ],
  [
    /Node input '([^']*)' is not a graph input, initializer, or output of a previous node/,
    (label, [, name]) => `${label} reads the tensor "${name}", which nothing in it makes; export the model again.`,
  ],
];

/** ONNX Runtime's refusal of the file `label`, in one sentence; what it said stays in `detail`. */
export function explainLoadError(error: CrivoError, label: string): CrivoError {
  const said = error.detail ?? error.message;
  for (const [pattern, sentence] of explanations) {
    const match = pattern.exec(said);
    if (match !== null) return new CrivoError('invalid-model', sentence(label, match), { detail: said, cause: error });
  }
  const reason = said
    .split('\n')[0]!
    .replace(/^Load model from .* failed:\s*/, '')
    .replace(/^\S*\.(cc|h):\d+ \S+ \S+\(.*?\) /, '')
    .replace(/[.\s]*$/, '');
  return new CrivoError('invalid-model', `ONNX Runtime can't load ${label}: ${reason}.`, {
    detail: said,
    cause: error,
  });
}
