import { providerNames } from '../../../shared/hardware.ts';
import type { Device, ProviderName, ProviderStatus } from '../../../shared/hardware.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { InferenceRunner, ProviderProof } from '../ports.ts';
import { explainAbsence, explainFailure } from './provider-cures.ts';

/** What the cures depend on. */
export interface ProviderSurroundings {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly devices: readonly Device[];
}

/**
 * Each provider: proved by running a tiny model in a process of its own, or unusable with the reason and the cure.
 * `listed` is what this build of ONNX Runtime names; the others are not tried.
 */
export async function probeProviders(
  inference: Pick<InferenceRunner, 'prove'>,
  listed: readonly string[],
  surroundings: ProviderSurroundings,
  deadlineMs: number,
): Promise<ProviderStatus[]> {
  return Promise.all(
    providerNames.map(async (name): Promise<ProviderStatus> => {
      if (!listed.includes(name))
        return { name, state: 'unusable', ...explainAbsence(name, surroundings), action: null };
      const proof = await inference.prove(name, deadlineMs).catch((error: unknown): ProviderProof => ({
        works: false,
        reason: error instanceof Error ? error.message : String(error),
      }));
      return statusOf(name, proof, surroundings);
    }),
  );
}

/** The status that a proof gives; one that ran every node elsewhere is not working. */
export function statusOf(name: ProviderName, proof: ProviderProof, surroundings: ProviderSurroundings): ProviderStatus {
  if (!proof.works) return { name, state: 'unusable', ...explainFailure(name, proof.reason, surroundings) };
  if (proof.nodesOnProvider === 0) {
    return {
      name,
      state: 'unusable',
      reason: say('ranOnCpu', { all: proof.nodeCount }),
      cure: say('updateDeviceDriver'),
      action: null,
    };
  }
  return {
    name,
    state: 'working',
    proof: say('proved', {
      ...{ nodes: proof.nodesOnProvider, all: proof.nodeCount },
      ...{ provider: name, ms: Math.round(proof.durationMs) },
    }),
    nodesOnProvider: proof.nodesOnProvider,
    nodeCount: proof.nodeCount,
    probeMs: proof.durationMs,
    device: proof.device,
  };
}
