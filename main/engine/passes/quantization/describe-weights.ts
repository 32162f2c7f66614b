import { say } from '../../../../shared/phrases/phrase.ts';

/** How weights are held, in a few words: `int8 per channel, 7 bits`. */
export function describeWeights(type: string, perChannel: boolean, isOf7Bits: boolean): string {
  const scaled = perChannel ? say('typePerChannel', { type }) : type;
  return isOf7Bits ? say('typeOf7Bits', { type: scaled }) : scaled;
}
