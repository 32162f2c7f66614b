/** Something that a check found wrong in a data folder. */
export interface Finding {
  /** One sentence: what is wrong with what. */
  readonly what: string;
  /** One sentence: how to mend it. */
  readonly cure: string;
  /** Mends it and tells what was done; null where only a person can. */
  readonly repair: (() => Promise<string>) | null;
}
