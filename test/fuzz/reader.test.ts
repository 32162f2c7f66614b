import { expect, test } from 'vitest';
import { fuzzReader } from './fuzz-reader.ts';

test(
  '1,000 damaged models are read or refused with a reason, within 2 s and 512 MiB each',
  { timeout: 300_000 },
  async () => {
    const { failures, read, refused, longestMs, peakBytes } = await fuzzReader(20_261_124, 1_000);
    expect(failures).toEqual([]);
    expect(read + refused).toBe(1_000);
    // The damage must be neither harmless nor always fatal, else nothing is tried.
    expect(read).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(300);
    expect(longestMs).toBeGreaterThan(0);
    expect(peakBytes).toBeGreaterThan(0);
  },
);
