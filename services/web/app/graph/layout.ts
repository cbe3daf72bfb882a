import { graphlib, layout } from '@dagrejs/dagre';

/** The parts of a step that the layout needs. */
export interface GraphStep {
  id: string;
  needs: readonly string[];
}

export interface Place {
  /** The upper left corner, in pixels. */
  x: number;
  y: number;
}

export interface GraphLayout {
  /** A step is to the right of the steps it needs, or below them. */
  direction: 'right' | 'down';
  places: ReadonlyMap<string, Place>;
}

export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 44;
/** Approximate width / height of the drawing area, on a wide screen and on a phone. */
const WIDTH_TO_HEIGHT = { wide: 1.3, phone: 0.6 };
const RANK_GAP = 48;
/** Size of the button that collapses a chain; it fits between two ranks. */
export const FOLD_SIZE = 24;

/** Lays the steps out in the direction that lets the graph appear larger. */
export function layOut(
  steps: readonly GraphStep[],
  shape: keyof typeof WIDTH_TO_HEIGHT = 'wide',
): GraphLayout {
  const layouts = (['right', 'down'] as const).map((direction) => {
    const places = placeSteps(steps, direction);
    const width = Math.max(...[...places.values()].map(({ x }) => x + NODE_WIDTH));
    const height = Math.max(...[...places.values()].map(({ y }) => y + NODE_HEIGHT));
    return { direction, places, size: Math.max(width, height * WIDTH_TO_HEIGHT[shape]) };
  });
  const { direction, places } = layouts.toSorted((a, b) => a.size - b.size)[0]!;
  return { direction, places };
}

/** Place of the button that collapses a chain: on the edge into its first step. */
export function foldPlace({ x, y }: Place, direction: GraphLayout['direction']): Place {
  const before = (RANK_GAP + FOLD_SIZE) / 2;
  return direction === 'right'
    ? { x: x - before, y: y + (NODE_HEIGHT - FOLD_SIZE) / 2 }
    : { x: x + (NODE_WIDTH - FOLD_SIZE) / 2, y: y - before };
}

function placeSteps(
  steps: readonly GraphStep[],
  direction: GraphLayout['direction'],
): Map<string, Place> {
  const graph = new graphlib.Graph();
  const rankdir = direction === 'right' ? 'LR' : 'TB';
  graph.setGraph({ rankdir, nodesep: 16, ranksep: RANK_GAP, ranker: 'tight-tree' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of steps) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { id, needs } of steps) for (const need of needs) graph.setEdge(need, id);
  layout(graph);
  return new Map(
    steps.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
}

/** Maps a key in a graph that goes down to the same move in one that goes right. */
const TURNED: Readonly<Record<string, string>> = {
  ArrowDown: 'ArrowRight',
  ArrowUp: 'ArrowLeft',
  ArrowRight: 'ArrowDown',
  ArrowLeft: 'ArrowUp',
};

/** The step that a key leads to: along the edges, or the next of the same rank. null = none. */
export function stepByKey(
  pressed: string,
  from: string,
  steps: readonly GraphStep[],
  { direction, places }: GraphLayout,
): string | null {
  if (!places.has(from)) return null;
  const goesRight = direction === 'right';
  const rankOf = (id: string): number => (goesRight ? places.get(id)!.x : places.get(id)!.y);
  const sideOf = (id: string): number => (goesRight ? places.get(id)!.y : places.get(id)!.x);
  const distance = (id: string): number => Math.abs(sideOf(id) - sideOf(from));
  const nearest = (ids: readonly string[]): string | null =>
    ids.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
  const ids = steps.map(({ id }) => id);
  const rank = ids.filter((id) => id !== from && rankOf(id) === rankOf(from));
  switch (goesRight ? pressed : TURNED[pressed]) {
    case 'ArrowRight':
      return nearest(steps.filter(({ needs }) => needs.includes(from)).map(({ id }) => id));
    case 'ArrowLeft':
      return nearest(steps.find(({ id }) => id === from)?.needs ?? []);
    case 'ArrowDown':
      return nearest(rank.filter((id) => sideOf(id) > sideOf(from)));
    case 'ArrowUp':
      return nearest(rank.filter((id) => sideOf(id) < sideOf(from)));
    default:
      return null;
  }
}
