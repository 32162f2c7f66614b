/** Portuguese of Brazil. */
import type { Text } from './en.ts';
import { common } from './pt-br/common.ts';
import { models } from './pt-br/models.ts';

export const ptBr: Text = { common, models };
