import { NODE_HEIGHT, NODE_WIDTH, type Place } from './layout.ts';

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
/** Margin around the graph, so that the button that collapses a chain fits before the first node. */
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
 * @param isAtTop places a small graph at the top instead of the middle
 */
export function firstView(graph: Size, view: Size, target: Place, isAtTop: boolean): View {
  const whole = Math.min(
    (view.width - 2 * MARGIN) / graph.width,
    (view.height - 2 * MARGIN) / graph.height,
  );
  const zoom = Math.min(1, Math.max(READABLE_ZOOM, whole));
  const x = startOf(graph.width * zoom, view.width, (target.x + NODE_WIDTH / 2) * zoom);
  const y = startOf(graph.height * zoom, view.height, (target.y + NODE_HEIGHT / 2) * zoom);
  return { x, y: isAtTop ? Math.min(y, MARGIN) : y, zoom };
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
