import type { BoxLayout } from '../../../shared/dataset.ts';

/** x0, y0, x1, y1 in pixels of the input. */
export type Box = readonly [number, number, number, number];

/** Corners in pixels from four numbers as a model writes them; without a layout they are that already. */
export function boxCorners([a, b, c, d]: Box, layout?: BoxLayout): Box {
  if (layout === undefined) return [a, b, c, d];
  const [x, y] = layout.unit;
  switch (layout.coordinates) {
    case 'xyxy':
      return [a * x, b * y, c * x, d * y];
    case 'yxyx':
      return [b * x, a * y, d * x, c * y];
    case 'xywh':
      return [a * x, b * y, (a + c) * x, (b + d) * y];
    case 'cxcywh':
      return [(a - c / 2) * x, (b - d / 2) * y, (a + c / 2) * x, (b + d / 2) * y];
  }
}
