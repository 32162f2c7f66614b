/** Why a dataset or its labels can't be used as they are stored, and whether it fits a model. */
export const datasetPhrases = {
  noDatasetCalled: 'There is no dataset "{name}"; there are: {names}.',
  datasetNameTaken: 'Another dataset is or was called {name}; choose another name.',
  datasetIsBundled: "The dataset {name} comes with the program and can't be removed.",
  datasetOfAnswersGone: 'The dataset of these answers is no longer there; import it again.',
  feedsNoSuchInput:
    'The dataset {dataset} feeds the input "{input}", but the model\'s inputs are {inputs}; import it again for this model, or choose another dataset.',
  feedsInputTooMany:
    "The dataset {dataset} feeds an input, but the model's inputs are {inputs}; import it again for this model, or choose another dataset.",
  datasetEmpty: 'The dataset {dataset} holds no examples; import one that does.',
  datasetShapeUnfit:
    'The dataset {dataset} has examples of the shape [{stored}], but the model\'s input "{input}" takes [{taken}]; choose another dataset.',
  datasetTypeUnfit: 'The dataset {dataset} can\'t be given to the model\'s input "{input}", which takes {type}.',
  datasetNotWhole:
    'The dataset {dataset} holds {value} for the model\'s input "{input}", which takes whole numbers ({type}); import it again for this input, or choose another dataset.',
  datasetFeedsNothing: 'The dataset {dataset} feeds no input; import it again.',
  datasetUneven:
    'The dataset {dataset} has {examples} examples of "{input}" in batches of {batch}, but {others} of "{other}" in batches of {otherBatch}; they must be as many.',
  labelsOfShape:
    'The dataset {dataset} has {exampleCount} examples but labels of the shape [{shape}]; give one label for each.',
  labelsUnreadable: "The labels of {dataset} can't be read; import the dataset again.",
  labelsUneven: 'The dataset {dataset} has {examples} examples but {labels} labels; give one label for each.',
  masksUneven: 'The dataset {dataset} has {examples} examples but {masks} masks; give one for each.',
  modelUnfedInputs: "The dataset doesn't feed {inputs} of {model}; random values will be.",
  noDatasetGivesType: 'The input "{name}" of {model} takes {elementType}, which no dataset can give.',
  inputShapeUnfit: 'The input "{name}" of {model} takes [{taken}], but the examples have the shape [{stored}].',
  importAsNhwc: 'Import it with the layout nhwc.',
  importAsNchw: 'Import it with the layout nchw.',
  importForShape: 'Import it again with a preparation that gives this shape.',
  outputsOfBoxesMissing:
    "{model} has no output {outputs}, so that its accuracy can't be measured; import the dataset with the names of its outputs of boxes, scores and classes.",
  outputOfScoresMissing:
    "{model} has no output of class scores [batch, classes], so that its accuracy can't be measured.",
  scoresOtherClasses: '{model} scores {classes} classes, but the dataset has {named}.',
  digitsDescription: '1,000 handwritten digits of MNIST with their labels, and 200 others for calibration',
} as const;
