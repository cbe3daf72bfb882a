import { v7 as uuidv7 } from 'uuid';
import type { Plan } from '@aio/core/definition/compile';
import { MAX_INPUT_BYTES, MAX_RUN_DEPTH } from '@aio/core/definition/limits';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import { MAX_JSON_DEPTH } from '@aio/core/json/parse-json';
import { exceedsDepth } from '@aio/core/json/size';
import type { VersionRef } from '@aio/platform/queries/workflows/find-version';
import { ValidationError } from '@aio/core/errors';
import { StepError } from '@aio/core/run/step-outcome';
import { whileAway } from '../while-away.ts';
import type { StepCall, StepKind } from './step-kind.ts';

export interface WorkflowDeps {
  /** Finds a version (default: the latest) that a step of this workflow may start; null = none. */
  findVersion(
    workflowId: string,
    name: string,
    version: number | undefined,
  ): Promise<Pick<VersionRef, 'workflowId' | 'versionId'> | null>;
  /** Plan of an existing version. */
  readPlan(versionId: string): Promise<Plan>;
}

type Call = StepCall<EvaluatedWith<'workflow'>>;

/** The kind `workflow`: returns the child run to start; the engine starts it and waits for it. */
export function createKind(deps: WorkflowDeps): StepKind<EvaluatedWith<'workflow'>> {
  return {
    kind: 'workflow',
    async execute(call) {
      const { workflow: name, input = {} } = call.with;
      if (call.depth + 1 >= MAX_RUN_DEPTH)
        throw fault(
          'too_deep',
          `Runs can be nested at most ${MAX_RUN_DEPTH} deep. Check whether a workflow starts itself.`,
          { limit: MAX_RUN_DEPTH },
        );
      const inputText = toInputText(input);
      // An outage of the database must not fail the step.
      const { found, plan } = await whileAway(() => readVersion(deps, call), {
        isWanted: () => !call.signal.aborted,
      });
      const faults = plan.validateInput(input);
      if (faults.length > 0)
        throw fault('invalid_input', `The input does not fit the schema of workflow ${name}.`, {
          faults,
        });
      const id = uuidv7();
      const labels = labelsOf(plan, name, input, id);
      const title = plan.titleOf?.(input, id);
      if (title?.failure) call.log.warn(`The child run has no title: ${title.failure.message}`);
      return {
        type: 'child',
        workflow: {
          id,
          workflowId: found.workflowId,
          workflowVersionId: found.versionId,
          workflowName: name,
          stepsTotal: plan.steps.length,
          timeoutMs: plan.timeoutMs,
          input: inputText,
          title: title?.text ?? null,
          labels,
        },
      };
    },
  };
}

function labelsOf(plan: Plan, workflow: string, input: unknown, runId: string) {
  try {
    return plan.labelsOf?.(input, runId) ?? null;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const { faults } = error;
    const message = `The input does not fit the labels of workflow ${workflow}.`;
    throw fault('invalid_input', message, { faults });
  }
}

async function readVersion(deps: WorkflowDeps, call: Call) {
  const { workflow: name, version } = call.with;
  const found = await deps.findVersion(call.workflowId, name, version);
  if (found === null) {
    const what =
      version === undefined ? `Workflow ${name}` : `Version ${version} of workflow ${name}`;
    throw fault('unknown_workflow', `${what} does not exist.`, { workflow: name });
  }
  return { found, plan: await deps.readPlan(found.versionId) };
}

function toInputText(input: unknown): string {
  const text = JSON.stringify(input);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_INPUT_BYTES)
    throw fault(
      'input_too_large',
      `The input has ${bytes} bytes of JSON; at most ${MAX_INPUT_BYTES} are allowed.`,
      {
        bytes,
        limit: MAX_INPUT_BYTES,
      },
    );
  if (exceedsDepth(input, MAX_JSON_DEPTH))
    throw fault('input_too_deep', `The input is nested more than ${MAX_JSON_DEPTH} levels deep.`, {
      limit: MAX_JSON_DEPTH,
    });
  return text;
}

/** Not retryable: another attempt would fail the same way. */
function fault(code: string, message: string, details: Record<string, unknown>): StepError {
  return new StepError(code, message, { retryable: false, details });
}
