import { type TProperties, Type } from 'typebox';
import { STEP_STATUSES } from '@aio/core/run/states';
import { MOST_AHEAD } from '@aio/core/run/waiting';
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
const AtMost = { ...Nullable(Time), description: 'Until then at most; null = no time ends it.' };
const Position = Type.Integer({
  minimum: 0,
  maximum: MOST_AHEAD,
  description: `How many are before it in the line, 0 = it is next; ${MOST_AHEAD} = so many or more.`,
});

/** As `Waiting` of core says it. */
export const WaitingSchema = Type.Union(
  [
    Reason('no_worker', 'No worker takes steps of the lane; `default` = no worker takes runs.', {
      lane: Lane,
    }),
    Reason('lane_paused', 'Somebody paused the lane.', {
      lane: Lane,
      by: Nullable(Type.String()),
      since: Time,
      pauseReason: { ...Nullable(Type.String()), description: 'In the words of who paused it.' },
    }),
    Reason('workflow_paused', 'Somebody paused the workflow; no worker begins its runs.', {
      workflow: WorkflowName,
      by: Nullable(Type.String()),
      since: Time,
      pauseReason: { ...Nullable(Type.String()), description: 'In the words of who paused it.' },
    }),
    Reason('slots_busy', 'All slots of the lane are taken.', {
      lane: Lane,
      slots: Type.Integer(),
      busy: Type.Integer(),
      position: Position,
    }),
    Reason('dispatch', 'The step is on its way to a worker.', { lane: Lane, position: Position }),
    Reason('model_rate', 'The model is at its rate limit; the step tries again then.', {
      model: Type.String(),
      until: Time,
    }),
    Reason('retry', 'The last attempt failed; the next one comes.', {
      attempt: Type.Integer(),
      of: Type.Integer({ description: 'Attempts that the definition allows.' }),
      at: Time,
    }),
    Reason('delay', 'A time passes.', { until: Time }),
    Reason('approval', 'A person decides; without role and user anybody who may see the run.', {
      approvalId: Id,
      role: Nullable(Type.String()),
      user: Nullable(Type.String()),
      until: AtMost,
    }),
    Reason('event', 'Somebody posts this event.', {
      name: Type.String(),
      key: Type.String(),
      until: AtMost,
    }),
    Reason('child', 'A run that the step started ends.', { runId: Id, until: AtMost }),
    Reason('map_concurrency', 'More items of the map begin as others end.', {
      running: Type.Integer(),
      limit: Type.Integer(),
    }),
    Reason('queued_run', 'A worker takes the run.', { position: Nullable(Position) }),
    Reason('lease', 'Its worker is silent; another takes over by then.', { until: Time }),
  ],
  {
    title: 'Waiting',
    description: 'Why it does not go on at this moment.',
  },
);

export const SkippedBecauseSchema = Type.Union(
  [
    Reason('condition', 'Its condition was not true.', { expression: Type.String() }),
    Reason('upstream', 'What became of a step that it needs.', {
      step: StepId,
      status: OneOf(STEP_STATUSES),
    }),
    Reason('run_failed', 'The run failed before its turn came; `step` says by which.', {
      step: Nullable(StepId),
    }),
  ],
  { title: 'SkippedBecause', description: 'Why the step was never executed.' },
);
