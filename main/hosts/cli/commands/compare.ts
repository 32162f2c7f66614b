import type { Command } from 'commander';
import { roundsToFind } from '../../../engine/measure/compare/compare-rounds.ts';
import { statisticOf } from '../../../../shared/comparison.ts';
import type { ComparedStatistic, ComparisonTable } from '../../../../shared/comparison.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { formatDurationMs, formatPercent } from '../../../../shared/units.ts';
import { comparedPairs } from '../compared-pairs.ts';
import { renderComparisons, verdictText } from '../comparison-table.ts';
import type { CommandContext } from '../context.ts';

interface CompareOptions {
  readonly statistic: string;
  readonly json?: boolean;
  readonly failIfSlower?: string;
}

const names = 'a run’s number, MODEL, MODEL/VARIANT, MODEL.VARIANT, a variant, or a query';

const statisticHelp = 'throughput, or any percentile (p95, p99.9)';

/** `crivo compare` and `crivo plan-power`: verdicts, and how long they take to reach. */
export function addCompareCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const compare = (baseline: string, candidate: string, statistic: string): Promise<ComparisonTable> =>
    context.withWorkbench(async ({ workbench: { call } }) => {
      const checked = checkedStatistic(statistic);
      const pairs = await comparedPairs(call, baseline, candidate);
      return call('results.compare', { pairs: [...pairs], statistic: checked });
    });
  program
    .command('compare <baseline> <candidate>')
    .description(`tell whether the candidate is faster; each is ${names}`)
    .option('--statistic <name>', statisticHelp, 'p50')
    .option('--json', 'print as JSON')
    .option('--fail-if-slower <percent>', 'exit 1 where it is slower, by more than this; 2 where that can’t be told')
    .action(async (baseline: string, candidate: string, options: CompareOptions) => {
      const limit = options.failIfSlower === undefined ? null : percentage('--fail-if-slower', options.failIfSlower);
      const table = await compare(baseline, candidate, options.statistic);
      await terminal.print(
        options.json === true ? `${JSON.stringify(table, null, 2)}\n` : renderComparisons(table, terminal),
      );
      if (limit !== null) gate(table, limit, context);
    });
  program
    .command('plan-power <baseline> <candidate>')
    .description(`tell how long to measure to see a difference, from how two cells differed so far; each is ${names}`)
    .option('--difference <percent>', 'the difference to see', '2%')
    .option('--statistic <name>', statisticHelp, 'p50')
    .action(async (baseline: string, candidate: string, options: CompareOptions & { readonly difference: string }) => {
      const difference = percentage('--difference', options.difference);
      const table = await compare(baseline, candidate, options.statistic);
      await terminal.print(`${table.comparisons.map((one) => powerText(one, difference)).join('\n')}\n`);
    });
}

/** Slower is only what the verdict calls slower: an interval that reaches below the limit does not fail a build by chance. */
function gate({ comparisons }: ComparisonTable, limit: number, { terminal, setExitCode }: CommandContext): void {
  const slower = comparisons.filter(
    ({ outcome }) => outcome.kind === 'compared' && outcome.verdict === 'slower' && outcome.ratio.value > 1 + limit,
  );
  const unknown = comparisons.filter(({ outcome }) => outcome.kind === 'not comparable');
  const blind = comparisons.filter(
    ({ outcome }) =>
      outcome.kind === 'compared' && outcome.verdict === 'no difference found' && outcome.detectable > limit,
  );
  if (blind.length > 0) {
    const worst = Math.max(...blind.map(({ outcome }) => (outcome.kind === 'compared' ? outcome.detectable : 0)));
    terminal.say(
      `${blind.length} of ${comparisons.length} could only have seen ${formatPercent(worst)}; measure more rounds to judge by ${formatPercent(limit)}.`,
    );
  }
  if (slower.length > 0) {
    terminal.say(`${slower.length} of ${comparisons.length} slower by more than ${formatPercent(limit)}.`);
    setExitCode(1);
  } else if (unknown.length > 0) {
    terminal.say(`${unknown.length} of ${comparisons.length} can't be compared.`);
    setExitCode(2);
  }
}

/** How many rounds, and how long that takes, at the spread that was measured. */
function powerText(comparison: ComparisonTable['comparisons'][number], difference: number): string {
  const { outcome, candidate, baseline } = comparison;
  const name = `${candidate.run.model}/${candidate.run.variant} against ${baseline.run.model}/${baseline.run.variant}, batch ${candidate.run.batchSize}`;
  if (outcome.kind === 'not comparable') return `${name}: ${verdictText(comparison)}`;
  const wanted = formatPercent(difference);
  const rounds = roundsToFind(outcome, difference);
  if (rounds === null) {
    return `${name}: ${wanted} can't be seen on this machine, whose noise floor is ${formatPercent(outcome.noiseFloor)}`;
  }
  const roundMs = (candidate.roundMs ?? 0) + (baseline.roundMs ?? 0);
  const had = `${outcome.rounds} rounds could have seen ${formatPercent(outcome.detectable)}`;
  return `${name}: ${wanted} takes ${rounds} rounds of both, about ${formatDurationMs(rounds * roundMs)} (${had})`;
}

function checkedStatistic(name: string): ComparedStatistic {
  const found = statisticOf(name);
  if (found !== null) return found;
  throw new CrivoError(
    'invalid-input',
    `--statistic takes throughput or a percentile (p50, p95, p99.9), not "${name}".`,
  );
}

/** `5%` or `5` as 0.05. */
function percentage(option: string, text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)%?$/.exec(text)?.[1]);
  if (Number.isFinite(value) && value <= 1_000) return value / 100;
  throw new CrivoError('invalid-input', `${option} takes a percentage like 5%, not "${text}".`);
}
