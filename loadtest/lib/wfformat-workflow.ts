import type { Definition } from './definition.ts';
import { SIMULATOR_INPUT, workUrl } from './simulator-work.ts';
import { toStepId } from './step-id.ts';
import type { WfInstance } from './wfformat.ts';

/** Speed-up factor for an instance whose longest task shall take `longestMs`; at least 1. */
export function factorFor(instance: WfInstance, longestMs: number): number {
  const recordedMs = Math.max(...instance.tasks.map((task) => task.runtimeMs));
  return Math.max(1, recordedMs / longestMs);
}

/**
 * Makes a workflow of a recorded instance. Each task becomes an `http` call to the simulator that takes
 * the recorded time divided by `factor`, at least a millisecond.
 */
export function toWorkflow(instance: WfInstance, factor: number): Definition {
  const steps = instance.tasks.map(({ id, parents, runtimeMs }) => [
    toStepId(id),
    {
      type: 'http',
      needs: parents.map(toStepId),
      with: { url: workUrl(Math.max(1, Math.round(runtimeMs / factor))) },
    },
  ]);
  return {
    name: toWorkflowName(instance.name),
    description: `${instance.tasks.length} recorded tasks, ${factor.toFixed(1)} times as fast.`,
    input: SIMULATOR_INPUT,
    steps: Object.fromEntries(steps) as Definition['steps'],
  };
}

function toWorkflowName(text: string): string {
  const clean = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return clean.replace(/^-+/, '').slice(0, 63).replace(/-+$/, '') || 'instance';
}
