import { Type } from 'typebox';
import { Id, Nullable, OneOf, Time } from '../../http/common-schema.ts';

export const WorkerSchema = Type.Object(
  {
    id: Id,
    host: Nullable(Type.String({ description: 'null = you are no admin.' })),
    pid: Nullable(Type.Integer({ description: 'null = you are no admin.' })),
    version: Type.String(),
    kinds: Type.Array(Type.String(), { description: 'Kinds of steps that the worker executes.' }),
    lanes: Type.Record(Type.String(), Type.Integer(), { description: 'Slots by lane.' }),
    slots: Type.Integer({
      description: 'Number of steps that the worker can execute at once, in all lanes.',
    }),
    slotsUsed: Type.Integer({ description: 'Steps that the worker executes now.' }),
    runsHeld: Type.Integer({ description: 'Runs that the worker orchestrates now.' }),
    state: OneOf(['running', 'draining', 'lost']),
    startedAt: Time,
    heartbeatAt: Time,
    alive: Type.Boolean(),
  },
  { title: 'Worker', additionalProperties: false },
);

export const WorkerList = Type.Array(WorkerSchema);
