/** What files that a person opens, drops or chooses are, by their names; what they hold is checked when they are read. */

/** Whether a name is that of a bundle of results (`results.bundle`). */
export const isBundle = (name: string): boolean => /\.crivo$/i.test(name);

/** The page that shows what files bring: bundles alone go to the results, all else to the models. */
export const pageOfFiles = (names: readonly string[]): 'models' | 'results' =>
  names.length > 0 && names.every(isBundle) ? 'results' : 'models';
