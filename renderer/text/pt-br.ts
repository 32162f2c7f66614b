/** Portuguese of Brazil. */
import type { Text } from './en.ts';
import { common } from './pt-br/common.ts';

export const ptBr: Text = { common };
