import type { Metrics } from '@aio/catalog/metrics/instruments';
import { LANE_KINDS, LLM_PROVIDERS } from '@aio/catalog/metrics/labels';
import type { Plan, PlanStep } from '@aio/core/definition/plan';
import type { RunState } from '@aio/core/run/run-state';
import { isLaneKind } from './describe-work.ts';
import { expectCalls, type ExpectedCalls } from './call-metrics.ts';

export interface ExpectedSeries {
  /** Call it for a workflow that may get runs, of this owner. */
  workflow(workflow: { name: string; owner: string }): void;
  /** Call it for a run that this worker holds. */
  run(run: RunState): void;
}

type Claim = Pick<RunState['claim'], 'workflowName' | 'owner'>;

/**
 * Creates series at zero before this worker counts something in them. Prometheus sees no increase in a series that begins
 * with a count.
 */
export function createExpectedSeries(
  metrics: ExpectedCalls &
    Pick<
      Metrics<'worker'>,
      | 'runDuration'
      | 'workflowRunsEnded'
      | 'ownerRunsEnded'
      | 'stepFailures'
      | 'ownerLlmCost'
      | 'workflowStepTime'
      | 'workflowStepFailures'
    >,
): ExpectedSeries {
  const workflows = new Set<string>();
  const plans = new WeakSet<Plan>();

  // An alert counts this failure from the first one on. Only these kinds read secrets.
  for (const kind of LANE_KINDS)
    metrics.stepFailures.inc({ kind, error_type: 'secret_unreadable' }, 0);

  function expectWorkflow({
    name: workflow,
    owner: heldBy,
  }: {
    name: string;
    owner: string;
  }): void {
    // Each time, because a workflow of another owner may have taken its place in the meantime.
    for (const outcome of ['succeeded', 'failed'] as const)
      metrics.workflowRunsEnded.inc({ workflow, outcome, heldBy }, 0);
    if (workflows.has(workflow)) return;
    workflows.add(workflow);
    metrics.runDuration.zero({ workflow, heldBy });
  }

  function expectStep(
    { workflowName: workflow, owner }: Claim,
    { id: step, work }: PlanStep,
  ): void {
    if (!isLaneKind(work.kind)) return;
    metrics.workflowStepTime.zero({ workflow, step, heldBy: owner });
    metrics.workflowStepFailures.inc({ workflow, step, heldBy: owner }, 0);
    // If an expression names the model, the worker only learns it when the step starts.
    const literal = typeof work.resource === 'string' ? work.resource : '';
    const [, providerName, model] = /^([^/]+)\/(.+)$/.exec(literal) ?? [];
    const provider = LLM_PROVIDERS.find((known) => known === providerName);
    if (work.kind === 'llm' && provider !== undefined && model !== undefined)
      expectCalls(metrics, { workflow, provider, model, owner });
  }

  return {
    workflow(workflow) {
      if (!workflows.has(workflow.name)) expectWorkflow(workflow);
    },
    run({ claim, plan }) {
      const { workflowName, owner } = claim;
      expectWorkflow({ name: workflowName, owner });
      metrics.ownerLlmCost.inc({ owner }, 0);
      for (const outcome of ['succeeded', 'failed'] as const)
        metrics.ownerRunsEnded.inc({ owner, outcome }, 0);
      if (plans.has(plan)) return;
      plans.add(plan);
      for (const step of plan.steps) expectStep(claim, step);
    },
  };
}
