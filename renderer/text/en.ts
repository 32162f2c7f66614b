/** English, and by its type the shape of every language: a text that another language lacks does not compile. */
import { common } from './en/common.ts';
import { models } from './en/models.ts';

export const en = { common, models };

export type Text = typeof en;
