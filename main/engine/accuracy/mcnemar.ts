/** Whether two models are right on different examples more than chance explains. */

export interface McNemar {
  /** Examples that only the first got right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided and exact: the binomial test of the discordant examples. McNemar 1947; Fagerland et al. 2013. */
  readonly pValue: number;
}

export function mcnemar(onlyFirst: number, onlySecond: number): McNemar {
  const discordant = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let term = -discordant * Math.LN2;
  let tail = 0;
  for (let successes = 0; successes <= fewer; successes += 1) {
    tail += Math.exp(term);
    term += Math.log((discordant - successes) / (successes + 1));
  }
  return { onlyFirst, onlySecond, pValue: discordant === 0 ? 1 : Math.min(1, 2 * tail) };
}
