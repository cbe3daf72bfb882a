import { Type, type Static } from 'typebox';
import { RUN_STATUSES, STEP_STATUSES } from '@aio/core/run/states';
import { Id, OneOf, StepId, Time } from '../http/common-schema.ts';

const RUN_EVENT_TYPES = [
  'run.queued',
  'run.started',
  'step.started',
  'step.waiting',
  'step.retrying',
  'step.succeeded',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'run.succeeded',
  'run.failed',
  'run.cancelled',
] as const;

/** One change of a run. `seq` numbers the events of each run. */
export const RunEventSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    type: OneOf(RUN_EVENT_TYPES),
    at: Time,
    runId: Id,
    step: Type.Optional(StepId),
    iteration: Type.Optional(Type.Integer({ description: "Index of the map's item." })),
    attempt: Type.Optional(Type.Integer()),
    status: Type.Optional(OneOf([...RUN_STATUSES, ...STEP_STATUSES])),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  },
  { title: 'RunEvent' },
);

export type RunEvent = Static<typeof RunEventSchema>;

/** Whether this is the last event of its run. */
export function isLastEvent({ type }: Pick<RunEvent, 'type'>): boolean {
  return type === 'run.succeeded' || type === 'run.failed' || type === 'run.cancelled';
}
