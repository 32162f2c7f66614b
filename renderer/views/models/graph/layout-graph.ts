/** Where each box and edge of a graph stands, by dagre; runs in a worker. */
import dagre from '@dagrejs/dagre';

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
  const graph = new dagre.graphlib.Graph<{ width: number; height: number }, { width: number; height: number }>();
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
      const box = graph.node(id);
      return { id, x: box.x - box.width / 2, y: box.y - box.height / 2, width: box.width, height: box.height };
    }),
    paths: edges.map(({ from, to }) => ({ from, to, points: graph.edge(from, to).points ?? [] })),
  };
}
