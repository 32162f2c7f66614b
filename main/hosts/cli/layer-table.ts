/** Where inside a variant drift starts, for a terminal. */
import type { LayerDrift, LayerDriftReport, LayerOutcome } from '../../../shared/layer-drift.ts';
import { roundingSnrDb } from '../../../shared/layer-drift.ts';
import { printable, wrapText } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { renderTable } from './text-table.ts';

const mostShown = 20;

/** The layers that add most noise, in topological order (or all of them), then where it starts. */
export function describeLayers(report: LayerDriftReport, all: boolean, terminal: Terminal): string {
  const { layers, startsAt, worstAt, notes } = report;
  const rows = layers.map((layer, index) => ({ layer, index }));
  const shown = all ? rows : rows.filter(({ index }) => telling(report).has(index));
  const table = renderTable<(typeof rows)[number]>(
    [
      { title: '#', align: 'right', text: ({ index }) => String(index + 1) },
      { title: '', text: ({ index }) => (index === startsAt ? 'starts' : index === worstAt ? 'worst' : '') },
      { title: 'tensor', text: ({ layer }) => shortened(layer.tensor) },
      { title: 'operator', text: ({ layer }) => layer.operator },
      { title: 'SNR dB', align: 'right', text: ({ layer }) => snrText(layer.outcome) },
      { title: 'cosine', align: 'right', text: ({ layer }) => cosineText(layer.outcome) },
      { title: 'noise added', align: 'right', text: ({ layer }) => noiseText(layer) },
    ],
    shown,
    Infinity,
    (title) => terminal.paint('bold', title),
  );
  const missing = layers.filter(({ outcome }) => outcome.kind === 'no counterpart').length;
  const sentences = [
    startsAt === null
      ? `No layer differs by more than the rounding of float32 (${roundingSnrDb} dB).`
      : `Drift starts at ${name(layers[startsAt]!)} and grows most at ${name(layers[worstAt ?? startsAt]!)}.`,
    `${layers.length - missing} of ${layers.length} tensors compared on ${report.examples} examples of ${report.dataset}; ${missing} have no counterpart.`,
    ...notes,
  ];
  return [
    ...(shown.length === 0 ? [] : [table.trimEnd()]),
    ...sentences.map((line) => wrapText(printable(line), 110, '')),
    '',
  ].join('\n');
}

/** Those that add most noise, and the places that are named. */
function telling({ layers, startsAt, worstAt }: LayerDriftReport): ReadonlySet<number> {
  const byNoise = layers
    .map(({ addedNoise }, index) => ({ index, noise: addedNoise ?? 0 }))
    .filter(({ noise }) => noise > 0)
    .sort((a, b) => b.noise - a.noise)
    .slice(0, mostShown)
    .map(({ index }) => index);
  return new Set([...byNoise, ...[startsAt, worstAt].filter((index) => index !== null)]);
}

const shortened = (text: string): string => (text.length > 48 ? `${text.slice(0, 47)}…` : text);

const name = ({ tensor, operator }: LayerDrift): string => `"${tensor}" (${operator})`;

function snrText(outcome: LayerOutcome): string {
  switch (outcome.kind) {
    case 'equal':
      return 'equal';
    case 'differs':
      return outcome.snrDb.toFixed(1);
    case 'not finite':
      return 'NaN';
    case 'no counterpart':
      return '';
  }
}

const cosineText = (outcome: LayerOutcome): string =>
  outcome.kind === 'differs' && outcome.cosine !== null ? outcome.cosine.toFixed(5) : '';

const noiseText = ({ addedNoise }: LayerDrift): string =>
  addedNoise === null || addedNoise === 0 ? '' : addedNoise.toExponential(1);
