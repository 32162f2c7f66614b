/** Scenarios as the form shows them: each kind on or off, with its parameters. */
import type { SweepSpecification } from '../../../shared/sweep.ts';

type ScenarioEntry = SweepSpecification['scenarios'][number];

export interface ScenarioChoice {
  readonly single: boolean;
  /** Numbers of processes; null where it is off. */
  readonly offline: readonly number[] | null;
  readonly server: { readonly qps: readonly number[]; readonly latencyBoundMs: number } | null;
}

/** What a specification chooses; of several entries of one kind the parameters are joined. */
export function scenarioChoice(entries: readonly ScenarioEntry[]): ScenarioChoice {
  let choice: ScenarioChoice = { single: false, offline: null, server: null };
  for (const entry of entries) {
    if (entry === 'single-stream') choice = { ...choice, single: true };
    else if (entry === 'offline') choice = { ...choice, offline: choice.offline ?? [1] };
    else if ('offline' in entry)
      choice = { ...choice, offline: [...(choice.offline ?? []), ...entry.offline.processes] };
    else choice = { ...choice, server: { ...entry.server, qps: [...(choice.server?.qps ?? []), ...entry.server.qps] } };
  }
  return choice;
}

/** The entries of a choice, as a specification writes them. */
export function scenarioEntries({ single, offline, server }: ScenarioChoice): readonly ScenarioEntry[] {
  return [
    ...(single ? (['single-stream'] as const) : []),
    ...(offline === null ? [] : [{ offline: { processes: [...offline] } }]),
    ...(server === null ? [] : [{ server: { qps: [...server.qps], latencyBoundMs: server.latencyBoundMs } }]),
  ];
}
