/** Where each box and edge of a graph stands, by dagre; runs in a worker. */
import dagre from '@dagrejs/dagre';
import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre';

export interface LayoutRequest {
  readonly id: number;
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}
export interface Box {
  readonly id: string;
  /** Of the top left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface EdgePath {
  readonly from: string;
  readonly to: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly paths: readonly EdgePath[];
}

/** Lays a graph out from top to bottom. */
export function layoutGraph({ nodes, edges }: LayoutRequest): GraphLayout {
  const graph = new dagre.graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 34, edgesep: 10, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: nodes.map(({ id }) => {
      const { x = 0, y = 0, width: boxWidth, height: boxHeight } = graph.node(id);
      return { id, x: x - boxWidth / 2, y: y - boxHeight / 2, width: boxWidth, height: boxHeight };
    }),
    paths: edges.map(({ from, to }) => ({ from, to, points: graph.edge(from, to).points ?? [] })),
  };
}
