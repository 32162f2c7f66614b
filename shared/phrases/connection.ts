/** Why the window gets no answer, or can't hand over a file. */
export const connectionPhrases = {
  folderWithout: 'The folder holds no file of the kinds {kinds}; choose another.',
  uploadRefused: '"{file}" could not be uploaded (HTTP {status}).',
  uploadCutOff: 'The upload of "{file}" was cut off; check that Crivo still runs.',
  notSent: 'Crivo can\'t be reached, so "{method}" was not sent; check that it still runs.',
  connectionLost:
    'The connection to Crivo was lost before "{method}" answered; look whether it was done, then try again.',
} as const;
