/** Reads ONNX Runtime's own profile: on which provider each node ran, and how long. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../shared/hardware.ts';
import type { NodePlacement, NodeTime, OperatorTime } from '../../shared/measurement.ts';
import type { SessionOptions } from '../engine/ports.ts';
import { openNative } from './session.ts';

/** Names that ONNX Runtime's profile gives the providers. */
const profileNames: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPUExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  openvino: 'OpenVINOExecutionProvider',
  rocm: 'ROCMExecutionProvider',
  qnn: 'QNNExecutionProvider',
  xnnpack: 'XnnpackExecutionProvider',
};

/** Opens a second session that profiles itself, runs what it is given, and reads the profile. */
export async function profilePlacement(
  model: string | Uint8Array,
  options: SessionOptions & { readonly provider: ProviderName },
  run: (session: InferenceSession) => Promise<void>,
): Promise<NodePlacement> {
  const folder = await mkdtemp(join(tmpdir(), 'crivo-profile-'));
  try {
    const session = await openNative(model, { ...options, profilePrefix: join(folder, 'profile') });
    await run(session);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('ONNX Runtime wrote no profile');
    return placementOf(JSON.parse(await readFile(join(folder, file), 'utf8')) as ProfileEvent[], options.provider);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The fields used of an event in ONNX Runtime's profile; times in µs. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string; readonly node_index?: string };
}

const kernelSuffix = '_kernel_time';

/** What a profile of one or more inferences says about where the nodes ran. */
function placementOf(events: readonly ProfileEvent[], provider: ProviderName): NodePlacement {
  const runs = events.filter((event) => event.cat === 'Session' && event.name === 'model_run');
  const kernels = events.filter((event) => event.cat === 'Node' && event.name.endsWith(kernelSuffix));
  const nodes = new Map<string, string>();
  for (const kernel of kernels) nodes.set(nodeKey(kernel), kernel.args?.provider ?? 'unknown');
  const byProvider: Record<string, number> = {};
  for (const name of nodes.values()) byProvider[name] = (byProvider[name] ?? 0) + 1;
  return {
    nodesOnProvider: byProvider[profileNames[provider]] ?? 0,
    nodeCount: nodes.size,
    byProvider,
    operators: operatorTimes(kernels, runs),
    nodes: nodeTimes(kernels, runs).slice(0, mostNodes),
  };
}

const nodeKey = ({ name, args }: ProfileEvent): string => `${name} ${args?.node_index} ${args?.op_name}`;

/** More would make each run's record large, and tell little. */
const mostNodes = 200;

interface KernelGroup {
  readonly operator: string;
  readonly provider: string;
  readonly nodes: ReadonlySet<string>;
  readonly durationMs: number;
}

/** Kernels that belong together, with what they take in one inference, longest first. */
function groupKernels(
  kernels: readonly ProfileEvent[],
  runs: readonly ProfileEvent[],
  keyOf: (kernel: ProfileEvent) => string,
): readonly (KernelGroup & { readonly key: string })[] {
  const groups = new Map<string, { first: ProfileEvent; nodes: Set<string>; durations: number[] }>();
  for (const kernel of kernels) {
    const key = keyOf(kernel);
    const group = groups.get(key) ?? { first: kernel, nodes: new Set<string>(), durations: runs.map(() => 0) };
    groups.set(key, group);
    group.nodes.add(nodeKey(kernel));
    const run = runs.findIndex(({ ts, dur }) => kernel.ts >= ts && kernel.ts <= ts + dur);
    if (run >= 0) group.durations[run]! += kernel.dur;
  }
  return [...groups]
    .map(([key, { first, nodes, durations }]) => ({
      ...{ key, nodes, durationMs: median(durations) / 1000 },
      ...{ operator: first.args?.op_name ?? 'unknown', provider: first.args?.provider ?? 'unknown' },
    }))
    .sort((a, b) => b.durationMs - a.durationMs);
}

const operatorTimes = (kernels: readonly ProfileEvent[], runs: readonly ProfileEvent[]): OperatorTime[] =>
  groupKernels(kernels, runs, ({ args }) => JSON.stringify([args?.op_name, args?.provider])).map(
    ({ operator, provider, nodes, durationMs }) => ({ operator, provider, nodes: nodes.size, durationMs }),
  );

const nodeTimes = (kernels: readonly ProfileEvent[], runs: readonly ProfileEvent[]): NodeTime[] =>
  groupKernels(kernels, runs, ({ name }) => name).map(({ key, operator, provider, durationMs }) => ({
    ...{ node: key.slice(0, -kernelSuffix.length), operator, provider, durationMs },
  }));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
