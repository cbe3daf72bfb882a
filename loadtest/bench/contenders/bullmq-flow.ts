import type { FlowJob } from 'bullmq';
import type { Shape } from '../../lib/definition.ts';
import { stepName } from '../../lib/shapes.ts';

/**
 * Converts a DAG into a BullMQ flow. Flows are trees, so a step with several dependants hangs under the first one. The
 * flow has as many jobs as the DAG has steps, and fewer dependencies.
 */
export function toFlow(shape: Shape, queueName: string): FlowJob {
  const placed = new Set<number>();
  function place(step: number): FlowJob {
    placed.add(step);
    const free = (shape[step] ?? []).filter((parent) => !placed.has(parent));
    // Mark all parents first, so that a sibling does not take one.
    for (const parent of free) placed.add(parent);
    return {
      name: stepName(step),
      queueName,
      opts: { removeOnComplete: true },
      children: free.map(place),
    };
  }
  return place(shape.length - 1);
}
