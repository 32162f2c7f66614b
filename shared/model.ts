/** What is known of an ONNX model. */
import type { RecipeReport } from './recipe.ts';

/** A dimension: a size, the name of a symbolic size (`batch`), or null where nothing is known. */
export type Dimension = number | string | null;

export interface TensorInfo {
  readonly name: string;
  /** ONNX element type in lower case (`float32`, `int64`, `float16`, `uint8`, `string`, …), or `unknown`. */
  readonly elementType: string;
  /** Null where the rank is unknown. */
  readonly shape: readonly Dimension[] | null;
}

export interface OperatorCount {
  /** Empty for the default domain `ai.onnx`. */
  readonly domain: string;
  readonly operator: string;
  readonly count: number;
  /** Multiply-accumulates of all its nodes, for one inference at the shapes of `macsShapes`; null where unknown. */
  readonly macs: number | null;
  /** How many of the nodes stand inside subgraphs (`If`, `Loop`, `Scan`). */
  readonly inSubgraphs: number;
}

export interface LargestTensor {
  readonly name: string;
  readonly elementType: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

/** What reading a model file tells, shapes as ONNX Runtime infers them. */
export interface ModelInspection {
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly operators: readonly OperatorCount[];
  readonly nodeCount: number;
  readonly parameterCount: number;
  /** Bytes of constant tensors by element type. */
  readonly bytesByElementType: Readonly<Record<string, number>>;
  /** Total multiply-accumulates for one inference with dynamic sizes as in `macsShapes`; null where unknown, with the reason in `notes`. */
  readonly macs: number | null;
  /** Input name → the concrete shape that `macs` is counted for. */
  readonly macsShapes: Readonly<Record<string, readonly number[]>>;
  readonly largestTensors: readonly LargestTensor[];
  /** How it is quantized, in words (`int8 (Q/DQ)`), or null. */
  readonly quantization: string | null;
  readonly externalDataBytes: number;
  /** Files of external data, as paths relative to the model's folder; absent where there are none. */
  readonly dataFiles?: readonly string[];
  /** Things worth knowing: what could not be told, and why. */
  readonly notes: readonly string[];
}

/** A model or variant in the library. */
export interface ModelSummary {
  /** SHA-256 of the file's content, lower-case hex; with external data, of the file and its data files. */
  readonly sha256: string;
  /** Unique among the library's present models. */
  readonly name: string;
  readonly sizeBytes: number;
  /** UTC, ISO 8601. */
  readonly addedAt: string;
  readonly tags: readonly string[];
  readonly note: string;
  /** A short word for the element type that dominates the weights (`float32`, `int8`, `float16`, `int4`). */
  readonly precision: string;
  readonly parameterCount: number;
  readonly macs: number | null;
  readonly opset: number;
  /** The variant's origin, or null for an imported model. */
  readonly lineage: VariantLineage | null;
}

/** Where a variant comes from. */
export interface VariantLineage {
  readonly parentSha256: string;
  readonly recipeName: string;
  /** SHA-256 of the canonical recipe and of the calibration data it used. */
  readonly recipeHash: string;
}

export interface ModelDetail extends ModelSummary {
  readonly inspection: ModelInspection;
  /** Where the file was first imported from; null for a variant. */
  readonly importedFrom: string | null;
  readonly children: readonly ModelSummary[];
  readonly report: RecipeReport | null;
}
