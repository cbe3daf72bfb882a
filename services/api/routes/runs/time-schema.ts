import { Type } from 'typebox';
import { TIME_CLASSES } from '@aio/core/run/where-time-went';
import { Id, Milliseconds, Nullable, OneOf, StepId, Time } from '../../http/common-schema.ts';

const ByClass = Type.Record(Type.String(), Milliseconds, {
  description: `Milliseconds by what the time went for: ${TIME_CLASSES.join(', ')}. Execution is by kind, \`other\` = of kinds without a lane; \`engine\` = commits and bookkeeping. One that is not there is 0.`,
});
const Item = Nullable(Type.Integer({ description: "Index of the map's item." }));

const StretchSchema = Type.Object(
  { class: OneOf(TIME_CLASSES), from: Time, to: Time, item: Item },
  { title: 'Stretch', additionalProperties: false },
);

const StepTimeSchema = Type.Object(
  {
    step: StepId,
    kind: Type.String(),
    attempts: Type.Integer(),
    readyAt: Time,
    totalMs: Milliseconds,
    byClass: ByClass,
    stretches: Type.Array(StretchSchema, {
      description: 'From the first to the last. Those of a map lead through items of it.',
    }),
  },
  { title: 'StepTime', additionalProperties: false },
);

export const RunTimeSchema = Type.Object(
  {
    runId: Id,
    isOver: Type.Boolean({ description: 'false = the time until now.' }),
    from: Time,
    to: Time,
    totalMs: Milliseconds,
    byClass: ByClass,
    path: Type.Array(StepTimeSchema, { description: 'The critical path, from its first step on.' }),
    decisions: Type.Array(
      Type.Object(
        {
          step: StepId,
          item: Item,
          decision: OneOf(['approved', 'rejected']),
          by: Nullable(Type.String()),
          at: Time,
        },
        { title: 'PathDecision', additionalProperties: false },
      ),
      { description: 'Of approvals on the path.' },
    ),
  },
  { title: 'RunTime', additionalProperties: false },
);
