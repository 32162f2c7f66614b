/** Series and their changes in words. */
import type { HistoryChange, HistorySeries } from '../../../shared/history.ts';
import type { Estimate } from '../../../shared/measurement.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import { changeText } from '../compare/verdicts.ts';

export const seriesName = (series: HistorySeries, text: Text['history']): string =>
  text.cellName(series.model, series.variant, series.provider, String(series.batchSize), String(series.threads));

/** A change of level with its interval: `+20.1% (+19.2% to +21.0%)`. */
export const ratioText = ({ value, low, high }: Estimate, text: Text['history'], format: Format): string =>
  text.changeInterval(changeText(value, format), changeText(low, format), changeText(high, format));

/** A change with the series that it is in. */
export interface ListedChange {
  readonly series: HistorySeries;
  readonly change: HistoryChange;
}

/** The changes of all series, newest first; of regressions those for the slower. */
export const listChanges = (all: readonly HistorySeries[], onlyRegressions: boolean): readonly ListedChange[] =>
  all
    .flatMap((series) => series.changes.map((change) => ({ series, change })))
    .filter(({ change }) => !onlyRegressions || change.ratio.value > 1)
    .sort((a, b) => b.change.at - a.change.at);

/** Machines of the series by their id, with a name that tells them apart. */
export function machinesOf(all: readonly HistorySeries[], text: Text['history']): ReadonlyMap<string, string> {
  return new Map(
    all.map(({ machineId, machine }) => [machineId, text.machineName(machine, machineId.slice(0, 8))] as const),
  );
}

/** Series whose name has every word, on a machine or on all. */
export function matching(
  all: readonly HistorySeries[],
  { words, machineId }: { readonly words: string; readonly machineId: string | null },
  text: Text['history'],
): readonly HistorySeries[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return all.filter((series) => {
    const name = seriesName(series, text).toLowerCase();
    return (machineId === null || series.machineId === machineId) && wanted.every((word) => name.includes(word));
  });
}
