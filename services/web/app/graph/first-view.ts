import { NODE_HEIGHT, NODE_WIDTH, type Place } from './layout.ts';

export interface Size {
  width: number;
  height: number;
}

/** The graph's zoom, and where its origin lies in the view. */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** The text of a node has 12 pixels; with less than 11 it is hard to read. */
const READABLE_ZOOM = 11 / 12;
/** Around the graph; the button that collapses a chain has room before the first node. */
const MARGIN = 40;

/** How much room the nodes take. */
export function sizeOf(places: Iterable<Place>): Size {
  const all = [...places];
  return {
    width: Math.max(0, ...all.map(({ x }) => x + NODE_WIDTH)),
    height: Math.max(0, ...all.map(({ y }) => y + NODE_HEIGHT)),
  };
}

/**
 * The view that a graph opens with: all of it where its text stays readable, else the part around one node.
 * @param target the node that has to be in view
 * @param isAtTop whether a graph that leaves room stands at the top, not in the middle
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

/** Whether no part of the graph is outside the view. */
export function isWhollyIn(graph: Size, view: Size, { x, y, zoom }: View): boolean {
  return (
    x >= 0 &&
    y >= 0 &&
    x + graph.width * zoom <= view.width &&
    y + graph.height * zoom <= view.height
  );
}

/** In one direction: in the middle, or, of what is longer than the view, around `target` without empty space. */
function startOf(length: number, view: number, target: number): number {
  if (length <= view - 2 * MARGIN) return (view - length) / 2;
  return Math.min(MARGIN, Math.max(view - MARGIN - length, view / 2 - target));
}
