/** What ONNX Runtime's errors mean, in one sentence for a person. */
import { CrivoError } from '../../shared/errors.ts';
import type { FailureKind } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';

interface Explanation {
  readonly pattern: RegExp;
  readonly kind: FailureKind;
  readonly say: (found: RegExpMatchArray) => string;
}

const explanations: readonly Explanation[] = [
  {
    pattern: /No Op registered for (\S+) with domain_version of (\d+)/,
    kind: 'invalid-model',
    say: ([, operator, version]) =>
      `The model uses the operator "${operator}", which ONNX Runtime doesn't know at opset ${version}; export it with standard operators.`,
  },
  {
    pattern: /Fatal error: (\S*?):?([^:\s(]+)\(-?\d*\) is not a registered function\/op/,
    kind: 'invalid-model',
    say: ([, domain, operator]) =>
      `The model uses the operator "${operator}"${domain ? ` of the domain "${domain}"` : ''}, which ONNX Runtime doesn't know; export it with standard operators.`,
  },
  {
    pattern: /No opset import for domain '([^']*)'/,
    kind: 'invalid-model',
    say: ([, domain]) =>
      `The model uses operators of the domain "${domain}" without importing it, and ONNX Runtime doesn't know them; export it with standard operators.`,
  },
  {
    pattern: /Could not find an implementation for (\w+)\((\d+)\) node(?: with name '([^']*)')?/,
    kind: 'invalid-model',
    say: ([, operator, version, node]) =>
      `ONNX Runtime has no kernel for ${operator} (opset ${version})${node ? ` with the element types of node "${node}"` : ''}; export it with other element types or run it on another provider.`,
  },
  {
    pattern: /Opset (\d+) is under development[\s\S]*till opset (\d+)/,
    kind: 'invalid-model',
    say: ([, opset, newest]) =>
      `The model needs opset ${opset}, and ONNX Runtime goes up to ${newest}; export it with opset ${newest} or lower.`,
  },
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    kind: 'invalid-model',
    say: ([, version, newest]) =>
      `The model's file format is IR version ${version}, and ONNX Runtime goes up to ${newest}; export it with an older version.`,
  },
  {
    pattern: /protobuf parsing failed|Model data pointer is null|ModelProto does not have a graph/i,
    kind: 'invalid-model',
    say: () => 'ONNX Runtime finds the file damaged or not an ONNX model; export it again.',
  },
  {
    pattern: /Protobuf serialization failed/,
    kind: 'storage',
    say: () =>
      "ONNX Runtime can't write the optimized model: the disk is full or refuses to take more; free some space and try again.",
  },
  {
    pattern: /Load model (.*) failed\. File doesn't exist/,
    kind: 'invalid-model',
    say: ([, path]) => `The model file ${path} doesn't exist; add the model again.`,
  },
  {
    pattern: /graph is not acyclic/,
    kind: 'invalid-model',
    say: () => "The model's graph has a cycle; export it again.",
  },
  {
    pattern: /Failed to allocate memory for requested buffer of size (\d+)/,
    kind: 'job-failed',
    say: ([, size]) =>
      `ONNX Runtime could not get ${(Number(size) / 1e6).toFixed(0)} MB of memory; use a smaller batch or model.`,
  },
  {
    pattern: /(?:AppendExecutionProvider_(\w+)): Failed to load shared library/,
    kind: 'unavailable',
    say: ([, provider]) =>
      `ONNX Runtime's libraries for the provider ${provider?.toLowerCase()} are not installed here.`,
  },
  {
    pattern: /\[(\w+)\] backend not found/,
    kind: 'unavailable',
    say: ([, provider]) => `This build of ONNX Runtime does not contain the provider ${provider}.`,
  },
  {
    pattern: /Failed to get a WebGPU adapter/,
    kind: 'unavailable',
    say: () => say('webgpuFindsNothing'),
  },
];

/** An error of ONNX Runtime as a `CrivoError`; `doing` says what it could not do (`can't load the model`). */
export function runtimeError(error: unknown, doing: string, fallback: FailureKind): CrivoError {
  if (error instanceof CrivoError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const { pattern, kind, say } of explanations) {
    const found = message.match(pattern);
    if (found !== null) return new CrivoError(kind, say(found), { detail: message, cause: error });
  }
  return new CrivoError(fallback, `ONNX Runtime ${doing}: ${plainReason(message)}`, { detail: message, cause: error });
}

/** The message without source positions and signatures, on one line, as a sentence. */
function plainReason(message: string): string {
  const line = message
    .replace(/^\/\S+:\d+ .*?\) (?=[A-Z]|[a-z_]+\.)/, '')
    .replace(/^.*? was false\. /, '')
    .replace(/\s+/g, ' ')
    .trim();
  const short = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  return short.replace(/\.?$/, '.');
}
