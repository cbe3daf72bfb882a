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
/** Approximate width / height of the drawing area. */
const WIDTH_TO_HEIGHT = 1.3;
const RANK_GAP = 48;

/** Lays the steps out in the direction that lets the graph appear larger. */
export function layOut(steps: readonly GraphStep[]): GraphLayout {
  const layouts = (['right', 'down'] as const).map((direction) => {
    const places = placeSteps(steps, direction);
    const width = Math.max(...[...places.values()].map(({ x }) => x + NODE_WIDTH));
    const height = Math.max(...[...places.values()].map(({ y }) => y + NODE_HEIGHT));
    return { direction, places, size: Math.max(width, height * WIDTH_TO_HEIGHT) };
  });
  const { direction, places } = layouts.toSorted((a, b) => a.size - b.size)[0]!;
  return { direction, places };
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

export interface Size {
  width: number;
  height: number;
}

/** The graph's zoom, and the position of its origin in the view. */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** Node text has 12 pixels; below 11 it is hard to read. */
const READABLE_ZOOM = 11 / 12;
/** Margin around the graph. */
const MARGIN = 40;

/** Size of the area that the nodes cover. */
export function sizeOf(places: Iterable<Place>): Size {
  const all = [...places];
  return {
    width: Math.max(0, ...all.map(({ x }) => x + NODE_WIDTH)),
    height: Math.max(0, ...all.map(({ y }) => y + NODE_HEIGHT)),
  };
}

/**
 * The initial view: the whole graph if its text stays readable, else the part around one node.
 * @param target the node to keep in view
 */
export function firstView(graph: Size, view: Size, target: Place): View {
  const whole = Math.min(
    (view.width - 2 * MARGIN) / graph.width,
    (view.height - 2 * MARGIN) / graph.height,
  );
  const zoom = Math.min(1, Math.max(READABLE_ZOOM, whole));
  const x = startOf(graph.width * zoom, view.width, (target.x + NODE_WIDTH / 2) * zoom);
  const y = startOf(graph.height * zoom, view.height, (target.y + NODE_HEIGHT / 2) * zoom);
  return { x, y, zoom };
}

/** Whether the whole graph is in view. */
export function isWhollyIn(graph: Size, view: Size, { x, y, zoom }: View): boolean {
  return (
    x >= 0 &&
    y >= 0 &&
    x + graph.width * zoom <= view.width &&
    y + graph.height * zoom <= view.height
  );
}

/** Start along one axis: centred if the graph fits, else around `target` without empty space at the ends. */
function startOf(length: number, view: number, target: number): number {
  if (length <= view - 2 * MARGIN) return (view - length) / 2;
  return Math.min(MARGIN, Math.max(view - MARGIN - length, view / 2 - target));
}
