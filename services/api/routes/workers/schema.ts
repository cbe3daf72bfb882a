import { Type } from 'typebox';
import { Id, Nullable, OneOf, Time } from '../../http/common-schema.ts';

export const WorkerSchema = Type.Object(
  {
    id: Id,
    host: Type.String(),
    pid: Type.Integer(),
    version: Type.String(),
    kinds: Type.Array(Type.String(), { description: 'Kinds of steps that it executes.' }),
    lanes: Nullable(
      Type.Record(Type.String(), Type.Integer(), {
        description: 'Its slots by lane; null = its version does not say.',
      }),
    ),
    slots: Type.Integer({ description: 'Steps that it executes at once, over all its lanes.' }),
    slotsUsed: Type.Integer({ description: 'Steps that it executes now.' }),
    runsHeld: Type.Integer({ description: 'Runs that it orchestrates now.' }),
    state: OneOf(['running', 'draining', 'lost']),
    startedAt: Time,
    heartbeatAt: Time,
    alive: Type.Boolean(),
  },
  { title: 'Worker', additionalProperties: false },
);

export const WorkerList = Type.Array(WorkerSchema);
