/** English, and by its type the shape of every language: a text that another language lacks does not compile. */
import { common } from './en/common.ts';

export const en = { common };

export type Text = typeof en;
