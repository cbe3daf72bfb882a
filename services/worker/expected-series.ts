import type { Metrics } from '@aio/catalog/instruments';
import { LLM_PROVIDERS } from '@aio/catalog/labels';
import type { Plan, PlanStep } from '@aio/core/definition/plan';
import type { RunState } from '@aio/core/run/run-state';
import { isLaneKind } from './describe-work.ts';
import { expectCalls } from './llm-metrics.ts';

export interface ExpectedSeries {
  /** Runs of the workflow may come. */
  workflow(name: string): void;
  /** The run is held here: its steps may be executed, and its end counted. */
  run(run: RunState): void;
}

/**
 * Lets series begin at zero before what they count happens here: in one that begins with a count, Prometheus sees no
 * increase.
 */
export function createExpectedSeries(
  metrics: Pick<
    Metrics<'worker'>,
    | 'runDuration'
    | 'ownerRunsEnded'
    | 'ownerLlmCost'
    | 'workflowStepTime'
    | 'workflowStepFailures'
    | 'llmTokens'
    | 'llmCost'
  >,
): ExpectedSeries {
  const workflows = new Set<string>();
  const plans = new WeakSet<Plan>();

  function expectWorkflow(workflow: string): void {
    if (workflows.has(workflow)) return;
    workflows.add(workflow);
    for (const outcome of ['succeeded', 'failed'] as const)
      metrics.runDuration.zero({ workflow, outcome });
  }

  function expectStep(workflow: string, { id: step, work }: PlanStep): void {
    if (!isLaneKind(work.kind)) return;
    metrics.workflowStepTime.zero({ workflow, step });
    metrics.workflowStepFailures.inc({ workflow, step }, 0);
    // The model of a call; an expression in its place is known when the step begins.
    const [, providerName, model] = /^([^/]+)\/(.+)$/.exec(work.resource ?? '') ?? [];
    const provider = LLM_PROVIDERS.find((known) => known === providerName);
    if (work.kind === 'llm' && provider !== undefined && model !== undefined)
      expectCalls(metrics, { workflow, provider, model });
  }

  return {
    workflow: expectWorkflow,
    run({ claim, plan }) {
      const { workflowName, owner } = claim;
      expectWorkflow(workflowName);
      metrics.ownerLlmCost.inc({ owner }, 0);
      for (const outcome of ['succeeded', 'failed'] as const)
        metrics.ownerRunsEnded.inc({ owner, outcome }, 0);
      if (plans.has(plan)) return;
      plans.add(plan);
      for (const step of plan.steps) expectStep(workflowName, step);
    },
  };
}
