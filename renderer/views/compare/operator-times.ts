import type { NodePlacement } from '../../../shared/measurement.ts';

/** By the type of the operators, or each node for itself. */
export type ProfileDetail = 'type' | 'node';

/** A part of an inference: an operator type, or a node, on a provider. */
interface ProfilePart {
  readonly operator: string;
  readonly provider: string;
  readonly nodes: number;
  readonly durationMs: number;
}

/** The parts of a profile; by node the name of each stands with its type. */
export const partsOf = (placement: NodePlacement, detail: ProfileDetail): readonly ProfilePart[] =>
  detail === 'type'
    ? placement.operators
    : (placement.nodes ?? []).map(({ node, operator, provider, durationMs }) => ({
        ...{ operator: `${operator} · ${node}`, provider, durationMs, nodes: 1 },
      }));

export interface OperatorRow {
  /** A type, or a type with a node's name. */
  readonly operator: string;
  /** Sum over one inference and all providers, ms, one a run; null where the run has no such node or no profile. */
  readonly durationsMs: readonly (number | null)[];
  /** Providers and nodes of each run, for who asks (`CPU: 12 nodes`). */
  readonly placements: readonly (readonly { readonly provider: string; readonly nodes: number }[])[];
}

/** Time by operator type of runs side by side, the longest in any run first; undefined for a run without a profile. */
export function operatorRows(profiles: readonly (readonly ProfilePart[] | undefined)[]): readonly OperatorRow[] {
  const operators = new Set(profiles.flatMap((profile) => (profile ?? []).map(({ operator }) => operator)));
  const rows = [...operators].map((operator): OperatorRow => {
    const parts = profiles.map((profile) => (profile ?? []).filter((time) => time.operator === operator));
    return {
      operator,
      durationsMs: parts.map((times) =>
        times.length === 0 ? null : times.reduce((sum, { durationMs }) => sum + durationMs, 0),
      ),
      placements: parts.map((times) =>
        times.map(({ provider, nodes }) => ({ provider: provider.replace(/ExecutionProvider$/, ''), nodes })),
      ),
    };
  });
  const longest = ({ durationsMs }: OperatorRow): number => Math.max(...durationsMs.map((duration) => duration ?? 0));
  return rows.toSorted((a, b) => longest(b) - longest(a));
}
