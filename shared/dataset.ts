/** Datasets: what they hold, how they were prepared, and how a model's outputs are judged on them. */
import { z } from 'zod';

const side = z.int().min(1).max(16_384);
const perChannel = z.array(z.number()).min(1).max(4).readonly();
const deviations = z.array(z.number().positive()).min(1).max(4).readonly();

/** How a picture becomes what a network sees, in this order: resize, crop or pad, channels, layout; then `(v × scale − mean) / deviation`. */
const imagePreparationSchema = z.strictObject({
  kind: z.literal('image'),
  /**
   * `stretch`: to width × height, whatever the proportions. `cover`: the shorter side to `resize` (default: as large as
   * needed), then the middle cut out. `contain`: whole inside width × height, filled up with `fill` at the right and below.
   */
  fit: z.enum(['stretch', 'cover', 'contain']),
  width: side,
  height: side,
  /** Only for `cover`: the length of the shorter side before the middle is cut out. */
  resize: side.optional(),
  /** Only for `contain`: the gray of what is filled up, 0–255. */
  fill: z.number().min(0).max(255).optional(),
  channels: z.enum(['gray', 'rgb', 'bgr']),
  /** Light on dark where the picture is dark on light. */
  invert: z.boolean().optional(),
  layout: z.enum(['nchw', 'nhwc']),
  scale: z.number(),
  /** One for all channels, or one for each, in the order of `channels`. */
  mean: perChannel,
  deviation: deviations,
});
export type ImagePreparation = z.infer<typeof imagePreparationSchema>;

/** How a recording becomes examples: windows of a fixed number of samples, mono, from −1 to 1. */
const audioPreparationSchema = z.strictObject({
  kind: z.literal('audio'),
  sampleRateHz: z.int().min(1_000).max(384_000),
  windowSamples: z.int().min(1).max(10_000_000),
  /** From the begin of a window to that of the next. */
  hopSamples: z.int().min(1).max(10_000_000),
});
export type AudioPreparation = z.infer<typeof audioPreparationSchema>;

/** How stored numbers become what a network takes: `(v × scale − mean) / deviation`; rows of different lengths are filled up. */
const numberPreparationSchema = z.strictObject({
  kind: z.literal('numbers'),
  scale: z.number(),
  mean: z.number(),
  deviation: z.number().positive(),
  /** Rows (of token ids) are cut or filled up to this length; without it, to the longest. */
  length: z.int().min(1).max(1_000_000).optional(),
  /** What they are filled up with; 0 unless given. */
  fill: z.number().optional(),
});
export type NumberPreparation = z.infer<typeof numberPreparationSchema>;

/** How examples become what a network takes. */
export const preparationSchema = z.discriminatedUnion('kind', [
  imagePreparationSchema,
  audioPreparationSchema,
  numberPreparationSchema,
]);
export type Preparation = z.infer<typeof preparationSchema>;

/** Order and meaning of a box's four numbers: corners (x first, or y first as TensorFlow), corner and size, or centre and size. */
export const boxCoordinates = ['xyxy', 'yxyx', 'xywh', 'cxcywh'] as const;
/** Pixels of the prepared picture, or fractions (0–1) of its width and height. */
export const boxUnits = ['pixels', 'fractions'] as const;

/** How a model writes a box. */
export interface BoxLayout {
  readonly coordinates: (typeof boxCoordinates)[number];
  /** What 1 is in pixels of the input, along x and along y: [1, 1] for pixels, [width, height] for fractions. */
  readonly unit: readonly [number, number];
}

const outputName = z.string().min(1).max(500);
/** The outputs that hold a model's boxes: three, or one with the four numbers of a box, its score and its class. */
const boxOutputsSchema = z.union([
  z.strictObject({ boxes: outputName, scores: outputName, classes: outputName }),
  z.strictObject({ detections: outputName }),
]);
export type BoxOutputs = z.infer<typeof boxOutputsSchema>;

/** Where CTC's blank stands: first as in PaddleOCR and wav2vec 2.0, last as in Keras and TensorFlow. */
export const blankPlaces = ['first', 'last'] as const;

interface WithOutput {
  /** Of the model; without it, the first that has a fitting shape. */
  readonly output?: string;
}

/** What right answers are, and how a model's outputs are read as answers. */
export type JudgedTask =
  /** Scores [batch, classes]; a label is the index of a class. */
  | (WithOutput & { readonly kind: 'classes'; readonly classNames: readonly string[] })
  /** Scores [batch, steps, symbols] read by CTC's best path; a label is a text. Symbol `blank` separates, the others are `alphabet` in order. */
  | (WithOutput & { readonly kind: 'text'; readonly alphabet: readonly string[]; readonly blank: number })
  /** Scores [batch, classes, height, width], or classes [batch, height, width]; a label is a class for each pixel. */
  | (WithOutput & {
      readonly kind: 'masks';
      readonly classNames: readonly string[];
      /** Pixels of this class are not judged. */
      readonly ignoredClass?: number;
    })
  /** Boxes [batch, n, 4], scores [batch, n], classes [batch, n], or all of it [batch, n, 6]; a label is a list of boxes. */
  | {
      readonly kind: 'boxes';
      readonly classNames: readonly string[];
      readonly outputs: BoxOutputs;
      /** Of the model's boxes; without it, x0, y0, x1, y1 in pixels of the input. Labels are stored so always. */
      readonly layout?: BoxLayout;
    }
  /** Any output; a label is a tensor of its shape. */
  | (WithOutput & { readonly kind: 'values' })
  /** Vectors [batch, length]; examples with the same label belong together. */
  | (WithOutput & { readonly kind: 'embeddings'; readonly classNames: readonly string[] });

/** One tensor of each example. */
export interface DatasetTensor {
  /** Name of the model input it feeds; null for the first that nothing else feeds. */
  readonly inputName: string | null;
  /** As stored; the model's own type is what it is fed as. */
  readonly elementType: string;
  /** Of one example. */
  readonly shape: readonly number[];
}

export interface DatasetSummary {
  readonly name: string;
  /** SHA-256 (hex) of examples, labels and preparation. */
  readonly sha256: string;
  readonly examples: number;
  /** Examples set aside for calibration; 0 where calibration reads the same. */
  readonly calibrationExamples: number;
  readonly labelled: boolean;
  readonly description: string;
  /** `numbers` unless pictures or recordings were read. */
  readonly kind: Preparation['kind'];
  readonly task: JudgedTask['kind'] | null;
  readonly inputs: readonly DatasetTensor[];
  readonly sizeBytes: number;
  /** UTC, ISO 8601; null for those that come with the program. */
  readonly addedAt: string | null;
}

/** What an import left out, and why. */
export interface SkippedExamples {
  readonly count: number;
  /** The first of them. */
  readonly listed: readonly { readonly source: string; readonly reason: string }[];
}

export interface DatasetDetail extends DatasetSummary {
  readonly preparation: Preparation;
  /** The alphabet of a text task is left out: it may be long. */
  readonly judged: JudgedTask | null;
  /** Examples of each class, in the order of the class names; null where labels are no classes. */
  readonly classCounts: readonly { readonly name: string; readonly count: number }[] | null;
  readonly skipped: SkippedExamples;
  /** Where it was imported from; null for those that come with the program. */
  readonly importedFrom: string | null;
  /** Model input → the number that all its elements have. */
  readonly constants: Readonly<Record<string, number>>;
  /** Things worth knowing about the import. */
  readonly notes: readonly string[];
}

const filePath = z.string().min(1).max(32_768);

export const presetNames = ['imagenet', 'digits', 'ppocr-recognition', 'ppocr-detection', 'silero', 'numbers'] as const;
export type PresetName = (typeof presetNames)[number];

/** What to import and how; paths are of this machine, or a browser's uploads. */
export const importRequestSchema = z.strictObject({
  /** A folder, or files. */
  paths: z.array(filePath).min(1).max(100_000),
  /** Its name in the library; from the path unless given. */
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, 'letters, digits, spaces, points, dashes; at most 100')
    .optional(),
  /** How examples are prepared; guessed from the files unless given. */
  preparation: z.union([z.enum(presetNames), preparationSchema]).optional(),
  /** How labels are meant, where that can't be told from the files. */
  task: z.enum(['classes', 'text', 'masks', 'boxes', 'values', 'embeddings']).optional(),
  /** A file of labels (CSV, TSV, JSON of COCO, .npy), where they aren't found beside the examples. */
  labels: filePath.optional(),
  /** A text task's symbols without the blank, one a line, in the model's order. */
  alphabet: filePath.optional(),
  /** Where the blank of a text task stands among the model's symbols; first unless given. */
  blank: z.enum(blankPlaces).optional(),
  /** Column of a table that holds the labels. */
  labelColumn: z.string().min(1).max(200).optional(),
  /** Name of the model input that a file of numbers feeds. */
  inputName: z.string().min(1).max(500).optional(),
  /** So many examples, evenly spread, are set aside for calibration. */
  calibrationExamples: z.int().min(0).max(1_000_000).optional(),
  /** Pixels of masks that are not judged. */
  ignoredClass: z.int().min(0).max(255).optional(),
  /** How the model writes boxes; x0, y0, x1, y1 in pixels unless given. */
  boxLayout: z.strictObject({ coordinates: z.enum(boxCoordinates), unit: z.enum(boxUnits) }).optional(),
  /** Names of the outputs with boxes; `boxes`, `scores` and `labels` unless given. */
  boxOutputs: boxOutputsSchema.optional(),
});
export type ImportRequest = z.infer<typeof importRequestSchema>;

/** Gray or RGB bytes, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** An example as people see it. */
export interface ExampleView {
  readonly index: number;
  /** Its label in words; null where it has none. */
  readonly label: string | null;
  /** The file (and place in it) that it came from; null where that isn't known. */
  readonly source: string | null;
  /** What the network sees; null unless it is a picture. */
  readonly picture: Picture | null;
  /** The first numbers of it; empty for a picture. */
  readonly values: Float32Array;
}

/** What would be imported: the first examples, prepared. */
export interface DatasetPreview {
  readonly detail: DatasetDetail;
  /** Examples that were found, of which the first were prepared. */
  readonly found: number;
  readonly examples: readonly ExampleView[];
}

/** Whether a model can be run on a dataset; `problems` are sentences, empty where it fits. */
export interface DatasetFit {
  readonly problems: readonly string[];
  /** Worth knowing, though it can be run. */
  readonly warnings: readonly string[];
}
