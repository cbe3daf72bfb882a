import type { GraphStep } from './layout.ts';

/** A step as the graph draws it: of a run with its state, of a definition without. */
export interface GraphNode extends GraphStep {
  kind: string;
  /** In its first line; default: its id. */
  title?: string;
  /** In its second line, next to the icon of its kind. */
  note: string;
  /** All of it in words; default: id, kind and state. */
  label?: string;
  status?: string;
  /** Of a map: how many items are in which state, in the order in which they are shown. */
  counts?: readonly { status: string; count: number }[];
  /** Of the first step of an expanded chain: what the button does that collapses it. */
  fold?: string;
}
