import type { GraphStep } from './layout.ts';

/** A step as the graph draws it; a step of a definition has no status. */
export interface GraphNode extends GraphStep {
  kind: string;
  /** First line; default: the id. */
  title?: string;
  /** Second line, next to the icon of the kind. */
  note: string;
  /** Accessible name; default: id, kind and status. */
  label?: string;
  status?: string;
  /** Items of a map by status, in display order. */
  counts?: readonly { status: string; count: number }[];
  /** On the first step of an expanded chain: label of the button that collapses the chain. */
  fold?: string;
}
