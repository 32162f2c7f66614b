import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** A pattern of ONNX Runtime's messages, and the sentence about a file that it stands for. */
type Explanation = readonly [pattern: RegExp, sentence: (label: string, match: RegExpExecArray) => string];

const explanations: readonly Explanation[] = [
  [
    /No Op registered for (\S+) with domain_version of (\d+)/,
    (label, [, operator, version]) => say('operatorUnknown', { label, operator: operator!, version: version! }),
  ],
  [
    /(?:Fatal error: )?(\S+?):(\S+?)\(-?\d+\) is not a registered function\/op/,
    (label, [, domain, operator]) => say('operatorOfUnknownDomain', { label, operator: operator!, domain: domain! }),
  ],
  [
    /In Node, \("[^"]*", ([^,]+), "[^"]*".*No opset import for domain '([^']*)'/,
    (label, [, operator, domain]) => say('operatorOfMissingDomain', { label, operator: operator!, domain: domain! }),
  ],
  [/the graph is not acyclic/, (label) => say('graphCycle', { label })],
  [
    /Node input '([^']*)' is not a graph input, initializer, or output of a previous node/,
    (label, [, name]) => say('tensorUnmade', { label, name: name! }),
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
  return new CrivoError('invalid-model', say('unloadable', { label, reason }), {
    detail: said,
    cause: error,
  });
}
