/** Lays graphs out beside the page, which stays free meanwhile. */
import { layoutGraph } from './layout-graph.ts';
import type { GraphLayout, LayoutRequest } from './layout-graph.ts';

export type LayoutAnswer =
  { readonly id: number; readonly layout: GraphLayout } | { readonly id: number; readonly error: string };

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  let answer: LayoutAnswer;
  try {
    answer = { id: data.id, layout: layoutGraph(data) };
  } catch (error) {
    answer = { id: data.id, error: error instanceof Error ? error.message : String(error) };
  }
  postMessage(answer);
});
