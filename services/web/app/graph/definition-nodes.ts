import type { Definition } from '../../shared/api.ts';
import type { TextStep } from '../editor/definition-text.ts';
import type { GraphNode } from './node.ts';

/** Nodes of a definition in the editor. */
export function nodesOfText(steps: readonly TextStep[]): GraphNode[] {
  return steps.map(({ id, kind, needs }) => ({ id, kind, needs, note: kind }));
}

/** Nodes of a stored definition. */
export function nodesOf({ steps }: Definition): GraphNode[] {
  return Object.entries(steps).map(([id, step]) => {
    const { type: kind, needs } = step;
    return { id, kind, needs: Array.isArray(needs) ? needs.map(String) : [], note: kind };
  });
}
