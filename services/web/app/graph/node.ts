import type { GraphStep } from './layout.ts';

/** A step as the graph draws it: of a run with its state, of a definition without. */
export interface GraphNode extends GraphStep {
  kind: string;
  /** In its second line, next to the icon of its kind. */
  note: string;
  status?: string;
}
