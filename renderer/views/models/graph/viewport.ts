/** A view onto a plane: `screen = plane × scale + offset`, all in CSS pixels. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

const leastScale = 0.02;
const mostScale = 3;

/** The view with another scale, the given point of the screen standing still. */
export function zoomed(view: Viewport, factor: number, at: { readonly x: number; readonly y: number }): Viewport {
  const scale = Math.min(mostScale, Math.max(leastScale, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** The view that shows all of a plane, never larger than life. */
export function fitting(plane: Size, screen: Size): Viewport {
  const scale = Math.max(leastScale, Math.min(1, screen.width / plane.width, screen.height / plane.height));
  return { scale, x: (screen.width - plane.width * scale) / 2, y: (screen.height - plane.height * scale) / 2 };
}

/** The view at the plane's top, as wide as is readable: how a graph is first shown. */
export function opening(plane: Size, screen: Size): Viewport {
  const all = fitting(plane, screen);
  if (all.scale >= 0.45) return all;
  const scale = Math.max(0.6, Math.min(1, screen.width / plane.width));
  return { scale, x: (screen.width - plane.width * scale) / 2, y: 0 };
}

/** The view with a point of the plane in the screen's middle, at a scale that can be read. */
export function centred(view: Viewport, point: { readonly x: number; readonly y: number }, screen: Size): Viewport {
  const scale = Math.max(view.scale, 0.7);
  return { scale, x: screen.width / 2 - point.x * scale, y: screen.height / 2 - point.y * scale };
}
