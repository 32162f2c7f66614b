/** The slots of a text, each the name of what is filled in between braces; braces around more than a name are text. */
export type SlotsIn<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? (Slot extends `${string} ${string}` ? never : Slot) | SlotsIn<Rest>
  : never;

/** Finds the slots of a text. */
export const slot = /\{(\w+)\}/g;

/** A text with its slots filled. */
export const fillSlots = <Text extends string>(
  text: Text,
  filling: Readonly<Record<SlotsIn<Text>, string | number>>,
): string => text.replace(slot, (_, wanted: string) => String((filling as Record<string, string | number>)[wanted]));
