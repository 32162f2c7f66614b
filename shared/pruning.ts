/** What pruning could take from a model, and what that costs. */

/** How far the outputs are from the original's with a share of one group's channels gone, weights not repaired. */
export interface PruningDrift {
  /** Share of the group's channels that went, as near as whole channels come to what was asked for. */
  readonly ratio: number;
  readonly channelsRemoved: number;
  /** 20·log10(‖x‖/‖x−y‖) over all outputs, dB; 999 where they are equal. */
  readonly snrDb: number;
  /** Examples whose best class is another, percent; null where the output scores no classes. */
  readonly changedPercent: number | null;
}

/** Channels that can only go together with others. */
export interface PruningGroup {
  /** The layer that makes its channels, or several joined by ` + `. */
  readonly name: string;
  readonly layers: readonly string[];
  /** Units that can go apart from each other: channels, heads, or sets of channels. */
  readonly channels: number;
  /** Why nothing of it can go; null where something can. */
  readonly locked: string | null;
  /** Lowest, median and highest importance over the group's mean; null where it is locked. */
  readonly importance: { readonly lowest: number; readonly median: number; readonly highest: number } | null;
  /** Share (0–1) of the model's multiply-accumulates that one of its channels takes, times their number; null where it is locked. */
  readonly macsShare: number | null;
  /** As `macsShare`, of its parameters. */
  readonly parametersShare: number | null;
  /** Empty where it is locked or nothing was measured. */
  readonly drift: readonly PruningDrift[];
}

export interface PruningAnalysis {
  readonly groups: readonly PruningGroup[];
  /** Examples of the dataset that drift was measured on; 0 where there was none. */
  readonly examples: number;
  readonly parameters: number;
  readonly macs: number;
}

export interface PruningAdvice {
  readonly ratio: number;
  readonly groups: readonly string[];
  /** Largest drift among them. */
  readonly changedPercent: number | null;
  readonly snrDb: number;
}

/** What a group may change for its removal to be called harmless. */
const harmlessPercent = 0.5;
const harmlessDb = 20;

/** For each ratio that was measured, the largest first, the groups that can lose it harmlessly and no more: with at most 0.5% of the classes changed, or 20 dB. */
export function pruningAdvice({ groups }: PruningAnalysis): PruningAdvice[] {
  const best = groups.flatMap(({ name, drift }) => {
    const harmless = drift
      .filter(({ snrDb, changedPercent }) =>
        changedPercent === null ? snrDb >= harmlessDb : changedPercent <= harmlessPercent,
      )
      .toSorted((a, b) => b.ratio - a.ratio)[0];
    return harmless === undefined ? [] : [{ name, ...harmless, step: Math.round(harmless.ratio * 4) / 4 }];
  });
  const steps = [...new Set(best.map(({ step }) => step))].filter((step) => step > 0).sort((a, b) => b - a);
  return steps.map((ratio) => {
    const members = best.filter(({ step }) => step === ratio);
    const changed = members.flatMap(({ changedPercent }) => (changedPercent === null ? [] : [changedPercent]));
    return {
      ratio,
      groups: members.map(({ name }) => name),
      changedPercent: changed.length === 0 ? null : Math.max(...changed),
      snrDb: Math.min(...members.map(({ snrDb }) => snrDb)),
    };
  });
}

/** The group whose largest measured removal does the most harm, or null where nothing was measured. */
export function mostSensitiveGroup({ groups }: PruningAnalysis): string | null {
  const measured = groups.filter(({ drift }) => drift.length > 0);
  const worst = ({ drift }: PruningGroup): number => Math.min(...drift.map(({ snrDb }) => snrDb));
  return measured.toSorted((a, b) => worst(a) - worst(b))[0]?.name ?? null;
}
