/** What the data folder, its database and what stands in it refuse. */
export const storeErrorPhrases = {
  folderGone:
    'The data folder {folder} is gone: connect its disk or move it back, and start the queue again; what was stored before is kept there.',
  folderEmpty: '{folder} holds no data of Crivo: name the data folder with --data, or run a sweep first.',
  databaseNewer:
    'The database {file} was written by a newer Crivo (format {found}, this one knows {known}): update Crivo, or choose another folder with --data; nothing was changed.',
  folderBusy:
    'Another crivo process has been writing to the data folder {folder} for more than 5 s: wait until it is done and try again.',
  diskFull:
    'The disk of the data folder {folder} is full or refuses to take more: free some space and try again; what was stored before is kept.',
  folderReadOnly:
    "The data folder {folder} can't be written to: allow writing there, or choose another folder with --data.",
  databaseDamaged:
    'The database crivo.sqlite in {folder} is damaged: put a backup in its place, or move it away to start with an empty one.',
  folderUnopened:
    "The data folder {folder} can't be opened or made: check the path, or choose another folder with --data.",
  diskUnreadable:
    "The disk of the data folder {folder} can't be read or written: check that it is connected and sound, then try again.",
  closedWhileRead: 'The data folder was closed while its results were being read.',
  storedByNewerNode: 'This result was stored by a newer Node: read it with Node 22.15 or newer.',
  queueHeld:
    'Another crivo (process {pid}, since {since}) works through the queue of this data folder: wait until it is done, or end it, and try again.',
  queueStarting:
    'Another crivo is just starting on the queue of this data folder: wait until it is done, or end it, and try again.',
  bundleChanged: "{file} is damaged or was changed: its parts don't fit their checksums; write the bundle again.",
  bundleNewer: '{file} was written by a newer Crivo; update this one.',
  bundleUnreadable: '{file} is no readable bundle; write one with "crivo results --bundle FILE".',
  fileUnwritten: "The file {file} can't be written; check that its folder is there and has room.",
  settingTooLarge: 'The setting "{name}" is larger than 1 MB: store less in it.',
  noSetting: 'There is no setting "{name}": those there are, are {names}.',
  settingUnfit: 'The setting "{name}" can\'t take {value}: {why}.',
  ofAnotherType: 'it is of another type',
} as const;
