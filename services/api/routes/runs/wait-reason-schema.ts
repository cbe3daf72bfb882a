import { type TProperties, Type } from 'typebox';
import { STEP_STATUSES } from '@aio/core/run/states';
import { MOST_AHEAD } from '@aio/core/run/wait-reason';
import { Id, Nullable, OneOf, StepId, Time, WorkflowName } from '../../http/common-schema.ts';

function Reason<const Name extends string, Fields extends TProperties>(
  reason: Name,
  description: string,
  fields: Fields,
) {
  return Type.Object(
    { reason: Type.Literal(reason), ...fields },
    { description, additionalProperties: false },
  );
}

const Lane = Type.String();
const AtMost = { ...Nullable(Time), description: 'Latest end of the wait; null = none.' };
const Position = Type.Integer({
  minimum: 0,
  maximum: MOST_AHEAD,
  description: `Number of entries ahead in the queue, 0 = next; ${MOST_AHEAD} = that many or more.`,
});

/** `Waiting` of core. */
export const WaitingSchema = Type.Union(
  [
    Reason('no_worker', 'No worker serves the lane; `default` = no worker claims runs.', {
      lane: Lane,
    }),
    Reason('lane_paused', 'A user paused the lane.', {
      lane: Lane,
      by: Nullable(Type.String()),
      since: Time,
      pauseReason: { ...Nullable(Type.String()), description: 'Reason for the pause.' },
    }),
    Reason('workflow_paused', 'A user paused the workflow, so workers do not start its runs.', {
      workflow: WorkflowName,
      by: Nullable(Type.String()),
      since: Time,
      pauseReason: { ...Nullable(Type.String()), description: 'Reason for the pause.' },
    }),
    Reason('slots_busy', 'All concurrency slots of the lane are busy.', {
      lane: Lane,
      slots: Type.Integer(),
      busy: Type.Integer(),
      position: Position,
    }),
    Reason('model_rate', 'The model is at its rate limit. The step tries again at `until`.', {
      model: Type.String(),
      until: Time,
    }),
    Reason('owner_share', "The owner's steps hold their share of the slots (`LANE_OWNER_SHARE`).", {
      lane: Lane,
    }),
    Reason('retry', 'The last attempt failed. The next one starts at `at`.', {
      attempt: Type.Integer(),
      of: Type.Integer({ description: 'Maximum number of attempts.' }),
      at: Time,
    }),
    Reason('delay', 'The step waits until a time.', { until: Time }),
    Reason(
      'approval',
      'The step waits for a decision. Without role and user, users who may see the run decide.',
      {
        approvalId: Id,
        role: Nullable(Type.String()),
        user: Nullable(Type.String()),
        until: AtMost,
      },
    ),
    Reason('event', 'The step waits for this event.', {
      name: Type.String(),
      key: Type.String(),
      until: AtMost,
    }),
    Reason('child', 'The step waits for the run that it started.', { runId: Id, until: AtMost }),
    Reason('queued_run', 'The run waits for a worker.', { position: Nullable(Position) }),
    Reason('lease', 'The worker is silent. Another takes over by `until`.', { until: Time }),
  ],
  {
    title: 'Waiting',
    description: 'Why the run or step waits.',
  },
);

export const SkippedBecauseSchema = Type.Union(
  [
    Reason('condition', 'The condition of the step was not true.', { expression: Type.String() }),
    Reason('upstream', 'A step that it needs ended with this status.', {
      step: StepId,
      status: OneOf(STEP_STATUSES),
    }),
    Reason(
      'run_failed',
      'The run failed before the step could start. `step` is the step that failed.',
      {
        step: Nullable(StepId),
      },
    ),
  ],
  { title: 'SkippedBecause', description: 'Why the step was skipped.' },
);
