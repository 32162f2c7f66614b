/** What the hosts and the calls to the engine refuse. */
export const hostErrorPhrases = {
  noCall: 'There is no call named {name}.',
  wentWrong: 'Something went wrong inside Crivo ({why}); the log has the details.',
  callUnfit: "The call {name} can't be made: {place}: {why}.",
  itsInput: 'its input',
  notAsExpected: 'not as expected',
  noFolders: 'The browser may not name folders of this machine.',
  noRecipeFiles: 'The browser may not name files of this machine; choose a recipe by its name.',
  noNamedFiles: 'The browser may not name files of this machine; upload the file instead.',
  uploadStalled:
    'The upload of "{name}" was given up after nothing came of it for {time}; check the connection and upload it again.',
  uploadedTwice: '"{name}" was uploaded twice at once; choose files of different names.',
  uploadDiskFull:
    'The disk of the data folder is full, so "{name}" could not be uploaded; free some space and upload it again.',
  uploadTooLarge: 'The file is larger than the {most} that an upload may have; add it with "crivo model add" instead.',
  uploadsFromPage: 'Uploads are taken from the workbench page only.',
  uploadNoId: 'The upload has no valid id.',
  exportGone: 'That file is no longer there; export it again.',
  uploadGone: 'That upload is no longer there; upload the file again.',
  uploadTooDeep: 'The upload has more than {most} folders inside each other; move it up.',
} as const;
