import { kernels } from '../../kernels/kernels.ts';

/** Smallest and largest value of each channel. */
export interface ChannelRanges {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

/** Channels from `channel` on, and where the kernels' memory has room for their ends. */
export interface RangePlace {
  readonly channel: number;
  readonly channels: number;
  readonly low: number;
  readonly high: number;
}

/** Lets a kernel widen the ends of some channels, and gives its answer. */
export function widenRanges(
  { lows, highs }: ChannelRanges,
  { channel, channels, low, high }: RangePlace,
  widen: () => number,
): number {
  const { buffer } = kernels().memory;
  const ends = [new Float32Array(buffer, low, channels), new Float32Array(buffer, high, channels)] as const;
  ends[0].set(lows.subarray(channel, channel + channels));
  ends[1].set(highs.subarray(channel, channel + channels));
  const answer = widen();
  lows.set(ends[0], channel);
  highs.set(ends[1], channel);
  return answer;
}
