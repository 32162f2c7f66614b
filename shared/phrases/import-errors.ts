/** What stands in the way of importing a dataset, and what to know of one. */
export const importPhrases = {
  importTask: 'Importing a dataset',
  previewTask: 'Looking at a dataset',
  lookingForExamples: 'Looking for examples',
  importCancelled: 'The import was cancelled.',
  noArrays: 'There is no array of examples in what you named; check the path.',
  arrayOfUneven: 'There are {count} examples but {others} of "{input}"; give as many as examples.',
  labelArrayUneven: 'There are {count} examples but {others} labels; give as many as examples.',
  askedClasses:
    'Classes are asked for, but the labels are {found}; name folders by class, or a table or array of whole numbers or names.',
  askedTexts: 'Texts are asked for, but the labels are {found}; name a table with a column of texts.',
  askedMasks:
    'Masks are asked for, but the labels are {found}; put them into a folder "masks" beside the pictures, or name a table of them.',
  askedBoxes: 'Boxes are asked for, but the labels are {found}; name a file of labels in COCO’s JSON.',
  askedValues: 'Values are asked for, but the labels are {found}; name a table or an array of numbers.',
  askedGroups:
    'Groups are asked for, but the labels are {found}; name folders by group, or a table or array of whole numbers or names.',
  boxesOfPicturesOnly: 'Boxes are labels of pictures only; name pictures, or other labels.',
  tooManyClasses:
    'The labels of {file} would be more than the {most} classes that there may be; name the column of labels, or import them as values.',
  noPictures: 'There is no picture (PNG, JPEG, WebP, GIF, TIFF, AVIF) in what you named; check the path.',
  noRecordings: 'There is no WAV file in what you named; check the path.',
  labelsWithoutFile: '{count} lines of the labels name no file that was found, such as "{first}".',
  pathMissing: "{path} doesn't exist; check the path.",
  pathUnreadable: "{path} can't be read ({code}); check the path.",
  tooManyFiles: 'There are more than {most} files in what you named; name a smaller folder.',
  otherPreparation: 'The preparation is for {kind} data, but {media} data was found; choose another preparation.',
  noExamplesIn: 'There are no examples in {name}; check the path.',
  noUsableExample: 'None of the {count} examples in {name} can be used: the first, {source}, because {reason}.',
  otherDepth: 'The preparation has {values} means or deviations for {depth} channels; give one, or one for each.',
  listedTwice: '{count} files stand in {table} more than once; the last line counts.',
  noLabelColumn: '{table} has no column of labels; its columns are {columns}.',
  noSuchColumn: '{table} has no column "{column}"; its columns are {columns}.',
  notCoco: "{file} is not COCO's format (images, categories, annotations); give such a file, or a CSV.",
  labelsNotNumbers: 'The labels in "{column}" of {table} are not all numbers; mend them, or import them as classes.',
} as const;
