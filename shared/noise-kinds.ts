/** Why several runs are noisy, told once for each kind of cause. */

export interface NoiseKind {
  readonly runs: number;
  /** The one with the largest figure. */
  readonly example: string;
}

/** Causes differ in kind where they differ in more than their figures and the processes they blame. */
export const noiseKindOf = (cause: string): string => cause.replace(/: .*$/, '').replace(/[\d.,]+/g, '0');

/** Of causes of one kind the one with the largest figure. */
export const largestCause = (causes: readonly string[]): string =>
  causes.reduce((a, b) => (figureOf(b) > figureOf(a) ? b : a));

const figureOf = (cause: string): number => Number(/[\d.]+/.exec(cause)?.[0] ?? 0);

/** The kinds of the causes that the runs name, the most frequent first. */
export function noiseKinds(runs: readonly { readonly noiseCauses: readonly string[] }[]): readonly NoiseKind[] {
  const causes = runs.flatMap(({ noiseCauses }) => noiseCauses);
  return [...Map.groupBy(causes, noiseKindOf).values()]
    .map((same) => ({ runs: same.length, example: largestCause(same) }))
    .sort((a, b) => b.runs - a.runs);
}

/** `38 noisy, such as: …`, or `1 noisy: …` */
export const noiseSentence = ({ runs, example }: NoiseKind): string =>
  `${runs} noisy${runs === 1 ? '' : ', such as'}: ${example}`;
