import type { FlowJob } from 'bullmq';
import type { Shape } from '../../lib/definition.ts';
import { stepName } from '../../lib/shapes.ts';

/**
 * A DAG as a BullMQ flow. Flows are trees: a step that several wait for hangs under the first of them
 * alone, so a flow waits for no more than the DAG does, and has as many jobs.
 */
export function toFlow(shape: Shape, queueName: string): FlowJob {
  const placed = new Set<number>();
  function place(step: number): FlowJob {
    placed.add(step);
    const free = (shape[step] ?? []).filter((parent) => !placed.has(parent));
    // Marked before any is descended into: a sibling must not take it away.
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
