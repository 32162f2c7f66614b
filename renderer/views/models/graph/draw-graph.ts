/** Draws what of a graph the view shows; boxes and edges outside of it cost nothing. */
import type { Box, EdgePath, GraphLayout } from './layout-graph.ts';
import type { Viewport } from './viewport.ts';
import type { VisibleNode } from './visible-graph.ts';

export const tokenNames = [
  'ink',
  'ink-faint',
  'line-strong',
  'surface-panel',
  'surface-inset',
  'accent',
  'accent-soft',
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'series-7',
] as const;
export type GraphColours = Readonly<Record<(typeof tokenNames)[number], string>>;

export interface Scene {
  readonly layout: GraphLayout;
  readonly nodes: ReadonlyMap<string, VisibleNode>;
  readonly view: Viewport;
  readonly selected: string | null;
  readonly colours: GraphColours;
  readonly font: string;
}

/** Below this scale texts can't be read and aren't drawn. */
const textScale = 0.38;

const kinds: readonly [RegExp, keyof GraphColours][] = [
  [/Quantize|Integer$|MatMulNBits|QLinear|QGemm/, 'series-2'],
  [/Conv|MatMul|Gemm|LSTM|GRU|RNN|Attention/, 'series-1'],
  [/Norm/, 'series-4'],
  [/Relu|Sigmoid|Tanh|Gelu|Softmax|Swish|Clip|Erf|Elu|Mish/, 'series-3'],
  [/Pool|Resize|Reduce/, 'series-5'],
];

/** The colour of an operator's kind. */
const kindOf = (operator: string): keyof GraphColours =>
  kinds.find(([pattern]) => pattern.test(operator))?.[1] ?? 'series-7';

/** Draws a scene onto a cleared canvas whose transformation maps CSS pixels. */
export function drawGraph(context: CanvasRenderingContext2D, scene: Scene, width: number, height: number): void {
  const { view, layout } = scene;
  const left = -view.x / view.scale;
  const top = -view.y / view.scale;
  const right = left + width / view.scale;
  const bottom = top + height / view.scale;
  context.save();
  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  for (const path of layout.paths) {
    if (crosses(path, left, top, right, bottom)) drawPath(context, path, scene);
  }
  for (const box of layout.boxes) {
    const inside = box.x < right && box.x + box.width > left && box.y < bottom && box.y + box.height > top;
    if (inside) drawBox(context, box, scene);
  }
  context.restore();
}

function crosses({ points }: EdgePath, left: number, top: number, right: number, bottom: number): boolean {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
  }
  return minX < right && maxX > left && minY < bottom && maxY > top;
}

function drawPath(context: CanvasRenderingContext2D, { points, from, to }: EdgePath, scene: Scene): void {
  const [first] = points;
  if (first === undefined) return;
  const chosen = from === scene.selected || to === scene.selected;
  context.strokeStyle = chosen ? scene.colours.accent : scene.colours['line-strong'];
  context.lineWidth = Math.max(chosen ? 2 : 1, 0.8 / scene.view.scale);
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (let index = 1; index < points.length - 1; index += 1) {
    const point = points[index]!;
    const next = points[index + 1]!;
    context.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  }
  const last = points.at(-1)!;
  context.lineTo(last.x, last.y);
  context.stroke();
  if (scene.view.scale < textScale) return;
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.moveTo(last.x, last.y);
  context.lineTo(last.x - 3.5, last.y - 6);
  context.lineTo(last.x + 3.5, last.y - 6);
  context.fill();
}

function drawBox(context: CanvasRenderingContext2D, box: Box, scene: Scene): void {
  const node = scene.nodes.get(box.id);
  if (node === undefined) return;
  const { colours } = scene;
  const chosen = box.id === scene.selected;
  context.fillStyle = chosen
    ? colours['accent-soft']
    : node.group === null
      ? colours['surface-panel']
      : colours['surface-inset'];
  context.strokeStyle = chosen ? colours.accent : colours['line-strong'];
  context.lineWidth = chosen ? 2 : 1;
  if (node.group !== null) {
    roundBox(context, box, 3);
    context.stroke();
  }
  roundBox(context, box, 0);
  context.fill();
  context.stroke();
  if (node.group === null) {
    context.fillStyle = colours[kindOf(node.operator)];
    context.fillRect(box.x + 1, box.y + 5, 3, box.height - 10);
  }
  if (scene.view.scale >= textScale) drawTexts(context, box, node, scene);
}

function roundBox(context: CanvasRenderingContext2D, box: Box, offset: number): void {
  context.beginPath();
  context.roundRect(box.x + offset, box.y + offset, box.width, box.height, 5);
}

function drawTexts(context: CanvasRenderingContext2D, box: Box, node: VisibleNode, scene: Scene): void {
  const lines = node.subtitle === '' ? 1 : 2;
  const middle = box.y + box.height / 2;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = scene.colours.ink;
  context.font = `560 12px ${scene.font}`;
  const sizeWidth = node.group === null ? 0 : 36;
  context.fillText(
    fitted(context, node.title, box.width - 20 - sizeWidth),
    box.x + 11,
    lines === 1 ? middle : middle - 7,
  );
  if (node.group !== null) {
    context.fillStyle = scene.colours['ink-faint'];
    context.font = `450 11px ${scene.font}`;
    context.textAlign = 'right';
    context.fillText(`(${node.size})`, box.x + box.width - 9, middle - 7);
    context.textAlign = 'left';
  }
  if (lines === 1) return;
  context.fillStyle = scene.colours['ink-faint'];
  context.font = `450 11px ${scene.font}`;
  context.fillText(fitted(context, node.subtitle, box.width - 20), box.x + 11, middle + 8);
}

/** Texts as they fit, since measuring them at every drawing would cost more than all the rest. */
const fittedTexts = new Map<string, string>();
const mostKept = 5_000;

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font}\n${width}\n${text}`;
  const known = fittedTexts.get(key);
  if (known !== undefined) return known;
  let shown = text;
  while (shown.length > 1 && context.measureText(shown === text ? text : `${shown}…`).width > width) {
    shown = shown.slice(0, Math.min(shown.length - 1, 60));
  }
  const result = shown === text ? text : `${shown}…`;
  if (fittedTexts.size >= mostKept) fittedTexts.clear();
  fittedTexts.set(key, result);
  return result;
}
