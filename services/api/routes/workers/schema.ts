import { Type } from 'typebox';
import { Id, OneOf, Time } from '../../http/common-schema.ts';

export const WorkerSchema = Type.Object(
  {
    id: Id,
    host: Type.String(),
    pid: Type.Integer(),
    version: Type.String(),
    kinds: Type.Array(Type.String()),
    slots: Type.Integer(),
    slotsUsed: Type.Integer(),
    runsHeld: Type.Integer(),
    state: OneOf(['running', 'draining', 'lost']),
    startedAt: Time,
    heartbeatAt: Time,
    alive: Type.Boolean(),
  },
  { title: 'Worker', additionalProperties: false },
);

export const WorkerList = Type.Array(WorkerSchema);
