/** What the Results page's runs can be written as, in the order of the dialog, with the ending of the file. */
export const exportEndings = { csv: 'csv', json: 'json', html: 'html', md: 'md', bundle: 'crivo' } as const;

export type ExportFormat = keyof typeof exportEndings;
export const exportFormats = Object.keys(exportEndings) as readonly ExportFormat[];

/** Formats that hold the columns that are shown; the others hold the rows whole. */
export const hasColumns = (format: ExportFormat): boolean => format === 'csv' || format === 'json';
