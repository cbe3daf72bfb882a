import { Type } from 'typebox';
import { TIME_CLASSES } from '@aio/core/run/where-time-went';
import { Id, Milliseconds, Nullable, OneOf, StepId, Time } from '../../http/common-schema.ts';

const ByClass = Type.Record(Type.String(), Milliseconds, {
  description: `Milliseconds by class: ${TIME_CLASSES.join(', ')}. Execution is split by kind, \`other\` = kinds without a lane. \`engine\` = commits and bookkeeping. Absent = 0.`,
});

const StepTimeSchema = Type.Object(
  {
    step: StepId,
    kind: Type.String(),
    attempts: Type.Integer(),
    readyAt: Time,
    totalMs: Milliseconds,
    byClass: ByClass,
  },
  { title: 'StepTime', additionalProperties: false },
);

export const RunTimeSchema = Type.Object(
  {
    runId: Id,
    isOver: Type.Boolean({ description: 'false = the run still goes on, and the times end now.' }),
    from: Time,
    to: Time,
    totalMs: Milliseconds,
    byClass: ByClass,
    last: { ...OneOf(TIME_CLASSES), description: 'The class of the last instant.' },
    path: Type.Array(StepTimeSchema, {
      description: 'The critical path, starting with its first step.',
    }),
    decisions: Type.Array(
      Type.Object(
        {
          step: StepId,
          item: Nullable(Type.Integer({ description: "Index of the map's item." })),
          decision: OneOf(['approved', 'rejected']),
          by: Type.String(),
          at: Time,
        },
        { title: 'PathDecision', additionalProperties: false },
      ),
      { description: 'Decisions of approvals on the path.' },
    ),
  },
  { title: 'RunTime', additionalProperties: false },
);
