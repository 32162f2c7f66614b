import type { DatasetSummary, Preparation } from '../../../shared/dataset.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

/** A preparation in one line. */
export function preparationText(preparation: Preparation, text: Text['datasets'], format: Format): string {
  switch (preparation.kind) {
    case 'image': {
      const { fit, width, height, channels, layout, scale, mean, deviation } = preparation;
      const list = (values: readonly number[]): string => values.map((value) => format.number(value, 3)).join(' ');
      const formula = `(v × ${format.number(scale, 3) === '0' ? scale.toPrecision(2) : format.number(scale, 3)} − [${list(mean)}]) / [${list(deviation)}]`;
      return `${text.fields.fits[fit]}, ${width} × ${height}, ${channels}, ${layout}, ${formula}`;
    }
    case 'audio':
      return `${format.number(preparation.sampleRateHz)} Hz, ${format.number(preparation.windowSamples)} / ${format.number(preparation.hopSamples)}`;
    case 'numbers': {
      const { scale, mean, deviation, length } = preparation;
      const formula = scale === 1 && mean === 0 && deviation === 1 ? 'v' : `(v × ${scale} − ${mean}) / ${deviation}`;
      return length === undefined ? formula : `${formula}, ${format.number(length)}`;
    }
  }
}

/** Shapes of a dataset's examples. */
export const shapesText = ({ inputs }: Pick<DatasetSummary, 'inputs'>): string =>
  inputs.map(({ shape }) => shape.join(' × ') || '1').join('; ');
