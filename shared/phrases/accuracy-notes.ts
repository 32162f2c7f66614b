/** What to know of answers, and of layers that were compared. */
export const accuracyPhrases = {
  runsOfOtherData:
    'Run {first} answered {dataset} and run {second} {other}; only runs on the same dataset can be compared by their answers.',
  runsOfOtherExamples: 'The two runs answered different examples; compare runs on the same dataset.',
  outputMissing: 'Accuracy was not measured: the model has no output of the shape {shape}.',
  namedOutputMissing: 'Accuracy was not measured: the model has no output "{name}" of the shape {shape}.',
  nanCountsAsWrong: 'The outputs of {count} of {seen} examples hold NaN; they count as wrong.',
  nanLeftOut: 'The outputs of {count} of {seen} examples hold NaN; they are left out of the means.',
  labelsOutside:
    "{count} labels of {dataset} lie outside the model's {classes} classes and count as wrong; check the dataset.",
  otherClassCount: '{dataset} names {named} classes, but the model scores {classes}; check that they belong together.',
  recallAmongFirst: 'Recall was measured among the first {count} of {examples} examples.',
  otherAlphabet:
    'The model scores {symbols} symbols, but {dataset} has an alphabet of {alphabet} and a blank; give the alphabet that the model was trained with.',
  layersTask: 'Layers of {model}',
  readingBothModels: 'Reading both models',
  comparingLayers: 'Comparing the layers on example {example}',
  layersCancelled: 'Comparing the layers was cancelled.',
  madeFromNoOther: '"{model}" was made from no other model; name the one to compare it with.',
  otherBatchOfVariant:
    'The model takes batches of {mine} and the variant of {other}; layers can be compared only at one batch size.',
  tensorResized: 'it has another size in the variant',
  tensorGone: 'the variant has no tensor of this name: it became part of another operator',
  tensorReordered: 'its values are stored in another order',
  tensorNotFloat: 'it holds no floating-point numbers',
  parentNotFinite: 'the values of the parent are NaN or infinite',
  oneSubgraphNode: '1 node holds graphs of its own, whose inside was not compared.',
  subgraphNodes: '{nodes} nodes hold graphs of their own, whose inside was not compared.',
  boxesFound: '{found} of {boxes} found, {wrong} wrong',
} as const;
