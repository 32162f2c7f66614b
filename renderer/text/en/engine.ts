/** A sentence of the engine, which says it in English. */
export const engine = (said: string): string => said;
