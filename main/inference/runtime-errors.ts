/** What ONNX Runtime's errors mean, in one sentence for a person. */
import { CrivoError } from '../../shared/errors.ts';
import type { FailureKind } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';

/** The match and its groups; empty where a group has none. */
type Groups = readonly [string, string, string, string];

interface Explanation {
  readonly pattern: RegExp;
  readonly kind: FailureKind;
  readonly tell: (found: Groups) => string;
}

const explanations: readonly Explanation[] = [
  {
    pattern: /No Op registered for (\S+) with domain_version of (\d+)/,
    kind: 'invalid-model',
    tell: ([, operator, version]) => say('unknownOperatorAt', { operator, opset: version }),
  },
  {
    pattern: /Fatal error: (\S*?):?([^:\s(]+)\(-?\d*\) is not a registered function\/op/,
    kind: 'invalid-model',
    tell: ([, domain, operator]) =>
      domain === '' ? say('unknownOperator', { operator }) : say('unknownOperatorOf', { operator, domain }),
  },
  {
    pattern: /No opset import for domain '([^']*)'/,
    kind: 'invalid-model',
    tell: ([, domain]) => say('domainNotImported', { domain }),
  },
  {
    pattern: /Could not find an implementation for (\w+)\((\d+)\) node(?: with name '([^']*)')?/,
    kind: 'invalid-model',
    tell: ([, operator, version, node]) =>
      node === ''
        ? say('noKernel', { operator, opset: version })
        : say('noKernelOfNode', { operator, opset: version, node }),
  },
  {
    pattern: /Opset (\d+) is under development[\s\S]*till opset (\d+)/,
    kind: 'invalid-model',
    tell: ([, opset, newest]) => say('runtimeOpsetTooNew', { opset, newest }),
  },
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    kind: 'invalid-model',
    tell: ([, version, newest]) => say('runtimeIrTooNew', { version, newest }),
  },
  {
    pattern: /protobuf parsing failed|Model data pointer is null|ModelProto does not have a graph/i,
    kind: 'invalid-model',
    tell: () => say('notAModel'),
  },
  {
    pattern: /Protobuf serialization failed/,
    kind: 'storage',
    tell: () => say('optimizedUnwritten'),
  },
  {
    pattern: /Load model (.*) failed\. File doesn't exist/,
    kind: 'invalid-model',
    tell: ([, path]) => say('modelFileGone', { path }),
  },
  {
    pattern: /graph is not acyclic/,
    kind: 'invalid-model',
    tell: () => say('runtimeGraphCycle'),
  },
  {
    pattern: /Failed to allocate memory for requested buffer of size (\d+)/,
    kind: 'job-failed',
    tell: ([, size]) => say('memoryRefused', { size: (Number(size) / 1e6).toFixed(0) }),
  },
  {
    pattern: /(?:AppendExecutionProvider_(\w+)): Failed to load shared library/,
    kind: 'unavailable',
    tell: ([, provider]) => say('librariesMissing', { provider: provider.toLowerCase() }),
  },
  {
    pattern: /\[(\w+)\] backend not found/,
    kind: 'unavailable',
    tell: ([, provider]) => say('runtimeWithoutProvider', { provider }),
  },
  {
    pattern: /Failed to get a WebGPU adapter/,
    kind: 'unavailable',
    tell: () => say('webgpuFindsNothing'),
  },
];

const cannot = { load: 'cantLoad', run: 'cantRun' } as const;

/** An error of ONNX Runtime as a `CrivoError`; `doing` says what it was to do with the model. */
export function runtimeError(error: unknown, doing: keyof typeof cannot, fallback: FailureKind): CrivoError {
  if (error instanceof CrivoError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const { pattern, kind, tell } of explanations) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const groups = [0, 1, 2, 3].map((group) => found[group] ?? '') as unknown as Groups;
    return new CrivoError(kind, tell(groups), { detail: message, cause: error });
  }
  const why = plainReason(message);
  return new CrivoError(fallback, say(cannot[doing], { why }), { detail: message, cause: error });
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
