import type { BoxLayout, BoxOutputs, ImagePreparation, ImportRequest, PresetName } from '../../../shared/dataset.ts';
import { preparationPresets } from '../../../shared/preparation-presets.ts';

/** What the import form holds, as it is written. */
export interface ImportDraft {
  paths: readonly string[];
  name: string;
  preset: PresetName | 'auto' | 'custom';
  /** The picture's own preparation, for `custom`. */
  image: ImageDraft;
  task: NonNullable<ImportRequest['task']> | 'auto';
  boxes: BoxDraft;
  labels: string | null;
  alphabet: string | null;
  blank: NonNullable<ImportRequest['blank']>;
  calibration: string;
}

export interface BoxDraft {
  coordinates: BoxLayout['coordinates'];
  unit: NonNullable<ImportRequest['boxLayout']>['unit'];
  outputs: BoxOutputs;
}

/** What an output of boxes holds. */
export type OutputOfBoxes = BoxOutputs extends infer Form ? (Form extends BoxOutputs ? keyof Form : never) : never;

/** The usual names, of three outputs and of one. */
export const outputForms = {
  three: { boxes: 'boxes', scores: 'scores', classes: 'labels' },
  one: { detections: 'detections' },
} as const satisfies Record<string, BoxOutputs>;

export interface ImageDraft {
  fit: ImagePreparation['fit'];
  width: string;
  height: string;
  resize: string;
  channels: ImagePreparation['channels'];
  layout: ImagePreparation['layout'];
  scale: string;
  mean: string;
  deviation: string;
  invert: boolean;
}

const usual = preparationPresets.imagenet.preparation as ImagePreparation;

/** An empty form; its own preparation begins as ImageNet's. */
export const firstImportDraft = (): ImportDraft => ({
  ...{ paths: [], name: '', preset: 'auto', task: 'auto', labels: null, alphabet: null, blank: 'first' },
  calibration: '',
  boxes: { coordinates: 'xyxy', unit: 'pixels', outputs: outputForms.three },
  image: {
    ...{ fit: usual.fit, width: String(usual.width), height: String(usual.height), resize: String(usual.resize) },
    ...{ channels: usual.channels, layout: usual.layout, scale: '1/255' },
    ...{ mean: usual.mean.join(', '), deviation: usual.deviation.join(', '), invert: false },
  },
});

/** A number, or a fraction such as `1/255`; NaN where it is none. */
export function numberOf(text: string): number {
  const [above = '', below = '1', ...rest] = text.split('/');
  return above.trim() === '' || rest.length > 0 ? NaN : Number(above) / Number(below);
}

const numbersOf = (text: string): number[] => text.split(',').map(numberOf);

/** Whether a list of numbers can be read: one, or one for each of three channels. */
export const readsNumbers = (text: string): boolean => {
  const numbers = numbersOf(text);
  return numbers.every(Number.isFinite) && (numbers.length === 1 || numbers.length === 3);
};

/** The form as a request, or null where something is missing or no number. */
export function importRequestOf(draft: ImportDraft): ImportRequest | null {
  if (draft.paths.length === 0) return null;
  const preparation = draft.preset === 'custom' ? imageOf(draft.image) : draft.preset;
  const calibration = draft.calibration.trim() === '' ? 0 : Number(draft.calibration);
  if (draft.task === 'boxes' && Object.values(draft.boxes.outputs).some((name) => name.trim() === '')) return null;
  if (preparation === null || !Number.isInteger(calibration) || calibration < 0) return null;
  return {
    paths: [...draft.paths],
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    ...(preparation === 'auto' ? {} : { preparation }),
    ...(draft.task === 'auto' ? {} : { task: draft.task }),
    ...(draft.task === 'boxes' ? boxesOf(draft.boxes) : {}),
    ...(draft.labels === null ? {} : { labels: draft.labels }),
    ...(draft.task === 'text' ? { blank: draft.blank } : {}),
    ...(draft.alphabet === null ? {} : { alphabet: draft.alphabet }),
    ...(calibration === 0 ? {} : { calibrationExamples: calibration }),
  };
}

const boxesOf = ({ coordinates, unit, outputs }: BoxDraft): Pick<ImportRequest, 'boxLayout' | 'boxOutputs'> => ({
  boxLayout: { coordinates, unit },
  boxOutputs: Object.fromEntries(
    Object.entries(outputs).map(([name, written]) => [name, written.trim()]),
  ) as BoxOutputs,
});

function imageOf(image: ImageDraft): ImagePreparation | null {
  const [width, height, scale] = [Number(image.width), Number(image.height), numberOf(image.scale)];
  const resize = image.fit === 'cover' && image.resize.trim() !== '' ? Number(image.resize) : null;
  const sides = [width, height, ...(resize === null ? [] : [resize])];
  const areSides = sides.every((side) => Number.isInteger(side) && side >= 1 && side <= 16_384);
  if (!areSides || !Number.isFinite(scale) || !readsNumbers(image.mean) || !readsNumbers(image.deviation)) return null;
  return {
    ...{ kind: 'image', fit: image.fit, width, height, channels: image.channels, layout: image.layout, scale },
    ...{ mean: numbersOf(image.mean), deviation: numbersOf(image.deviation) },
    ...(resize === null ? {} : { resize }),
    ...(image.invert ? { invert: true } : {}),
  };
}
