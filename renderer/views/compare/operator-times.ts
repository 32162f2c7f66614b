import type { OperatorTime } from '../../../shared/measurement.ts';

export interface OperatorRow {
  readonly operator: string;
  /** Sum over one inference and all providers, ms, one a run; null where the run has no such node or no profile. */
  readonly durationsMs: readonly (number | null)[];
  /** Providers and nodes of each run, for who asks (`CPU: 12 nodes`). */
  readonly placements: readonly (readonly { readonly provider: string; readonly nodes: number }[])[];
}

/** Time by operator type of runs side by side, the longest in any run first; undefined for a run without a profile. */
export function operatorRows(profiles: readonly (readonly OperatorTime[] | undefined)[]): readonly OperatorRow[] {
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
