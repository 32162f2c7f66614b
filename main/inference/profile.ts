/** Reads ONNX Runtime's own profile: on which provider each node ran, and how long. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../shared/hardware.ts';
import type { NodePlacement, OperatorTime } from '../../shared/measurement.ts';
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
  };
}

const nodeKey = ({ name, args }: ProfileEvent): string => `${name} ${args?.node_index} ${args?.op_name}`;

function operatorTimes(kernels: readonly ProfileEvent[], runs: readonly ProfileEvent[]): OperatorTime[] {
  const groups = new Map<string, { nodes: Set<string>; durations: number[] }>();
  for (const kernel of kernels) {
    const key = JSON.stringify([kernel.args?.op_name ?? 'unknown', kernel.args?.provider ?? 'unknown']);
    const group = groups.get(key) ?? { nodes: new Set(), durations: runs.map(() => 0) };
    groups.set(key, group);
    group.nodes.add(nodeKey(kernel));
    const run = runs.findIndex(({ ts, dur }) => kernel.ts >= ts && kernel.ts <= ts + dur);
    if (run >= 0) group.durations[run]! += kernel.dur;
  }
  return [...groups]
    .map(([key, { nodes, durations }]) => {
      const [operator, provider] = JSON.parse(key) as [string, string];
      return { operator, provider, nodes: nodes.size, durationMs: median(durations) / 1000 };
    })
    .sort((a, b) => b.durationMs - a.durationMs);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
