/** Preparations that common models were trained with. */
import type { Preparation, PresetName } from './dataset.ts';

export interface PreparationPreset {
  readonly preparation: Preparation;
  /** Inputs beside the examples, each filled with one number, where a model has them. */
  readonly constants: Readonly<Record<string, number>>;
}

const perByte = 1 / 255;

export const preparationPresets: Readonly<Record<PresetName, PreparationPreset>> = {
  /** torchvision's: shorter side to 256, the middle 224 × 224. */
  imagenet: {
    preparation: {
      ...{ kind: 'image', fit: 'cover', width: 224, height: 224, resize: 256, channels: 'rgb', layout: 'nchw' },
      ...{ scale: perByte, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
    },
    constants: {},
  },
  /** MNIST's: light on dark, from 0 to 1. */
  digits: {
    preparation: {
      ...{ kind: 'image', fit: 'stretch', width: 28, height: 28, channels: 'gray', layout: 'nchw' },
      ...{ scale: perByte, mean: [0], deviation: [1] },
    },
    constants: {},
  },
  /** PaddleOCR's lines of text, which keep their proportions. */
  'ppocr-recognition': {
    preparation: {
      ...{ kind: 'image', fit: 'contain', width: 320, height: 48, fill: 127, channels: 'bgr', layout: 'nchw' },
      ...{ scale: perByte, mean: [0.5], deviation: [0.5] },
    },
    constants: {},
  },
  'ppocr-detection': {
    preparation: {
      ...{ kind: 'image', fit: 'contain', width: 640, height: 640, fill: 0, channels: 'bgr', layout: 'nchw' },
      ...{ scale: perByte, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
    },
    constants: {},
  },
  /** 32 ms of speech at 16 kHz; every window begins with an empty state. */
  silero: {
    preparation: { kind: 'audio', sampleRateHz: 16_000, windowSamples: 512, hopSamples: 512 },
    constants: { sr: 16_000, state: 0, h: 0, c: 0 },
  },
  numbers: { preparation: { kind: 'numbers', scale: 1, mean: 0, deviation: 1 }, constants: {} },
};
