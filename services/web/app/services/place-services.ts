import { graphlib, layout } from '@dagrejs/dagre';
import type { ServiceEdge } from './edges.ts';

export const SERVICE_WIDTH = 132;
export const SERVICE_HEIGHT = 48;
/** Size of an edge's label: three short lines. */
const LABEL = { width: 84, height: 46 };

export interface ServicePicture {
  width: number;
  height: number;
  /** `x` and `y` are the upper left corner. */
  services: readonly { name: string; x: number; y: number }[];
  edges: readonly {
    edge: ServiceEdge;
    /** The `d` of an SVG path. */
    path: string;
    /** The centre of its label. */
    x: number;
    y: number;
  }[];
}

/** Places callers to the left of what they call. */
export function placeServices(edges: readonly ServiceEdge[]): ServicePicture {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 24, marginx: 4, marginy: 4 });
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  for (const name of names) graph.setNode(name, { width: SERVICE_WIDTH, height: SERVICE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to, { ...LABEL, labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    services: names.map((name) => {
      const { x, y } = graph.node(name);
      return { name, x: x - SERVICE_WIDTH / 2, y: y - SERVICE_HEIGHT / 2 };
    }),
    edges: edges.map((edge) => {
      const { points, x, y } = graph.edge(edge.from, edge.to) as {
        points: { x: number; y: number }[];
        x: number;
        y: number;
      };
      return { edge, path: pathOf(points), x, y };
    }),
  };
}

function pathOf(points: readonly { x: number; y: number }[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${Math.round(x)} ${Math.round(y)}`)
    .join(' ');
}
