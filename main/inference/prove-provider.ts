/** Proves a provider by running a tiny model on it and reading from the profile where its nodes ran. */
import { Tensor } from 'onnxruntime-node';
import { toFailure } from '../../shared/errors.ts';
import type { ProviderName } from '../../shared/hardware.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { ProviderProof } from '../engine/ports.ts';
import { nowMs } from './cell-clock.ts';
import { profilePlacement } from './profile.ts';
import { proofInput, proofOutput } from './proof-values.ts';

/** A wrong result counts as not working. */
export async function proveProvider(provider: ProviderName, model: Uint8Array): Promise<ProviderProof> {
  const beganMs = nowMs();
  try {
    let output = new Float32Array();
    const placement = await profilePlacement(
      model,
      { provider, graphOptimization: 'disabled', threads: 1 },
      async (session) => {
        const results = await session.run({ x: new Tensor('float32', proofInput, [1, 4]) });
        output = results.y!.data as Float32Array<ArrayBuffer>;
      },
    );
    const right = proofOutput.every(
      (value, index) => Math.abs(output[index]! - value) <= 1e-3 * Math.max(1, Math.abs(value)),
    );
    if (!right)
      return {
        works: false,
        reason: say('computesWrong', { found: output.join(', '), right: proofOutput.join(', ') }),
      };
    const { nodesOnProvider, nodeCount } = placement;
    if (nodesOnProvider === 0) return { works: false, reason: say('ranElsewhere') };
    return { works: true, nodesOnProvider, nodeCount, device: null, durationMs: nowMs() - beganMs };
  } catch (error) {
    return { works: false, reason: toFailure(error).message };
  }
}
