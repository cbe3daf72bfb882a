import { Type } from 'typebox';
import {
  GameDaysQuery,
  Id,
  Nullable,
  OneOf,
  Page,
  PAGE_QUERY,
  Text,
  Time,
} from '../../http/common-schema.ts';

export const ListAuditQuery = Type.Object(
  {
    who: Type.Optional(Type.String({ ...Text(320), description: 'Name or subject of the actor.' })),
    action: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z]{1,64}$',
        description: 'Id of the operation, e.g. `cancelRun`.',
      }),
    ),
    target: Type.Optional(
      Type.String({ ...Text(200), description: 'The changed object, e.g. `runs/<id>`.' }),
    ),
    gameDays: GameDaysQuery('Includes what game days did. So do `who` and `target`.'),
    after: Type.Optional(Time),
    before: Type.Optional(Time),
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

export const AuditEntrySchema = Type.Object(
  {
    id: Id,
    at: Time,
    subject: Type.String(),
    name: Type.String({ description: 'The name at that time.' }),
    via: OneOf(['bearer', 'session']),
    action: Type.String({ description: 'Id of the operation.' }),
    target: Nullable(Type.String({ description: 'null = the whole system.' })),
    address: Nullable(Type.String({ description: 'Address of the client.' })),
    traceId: Nullable(Type.String()),
    traceUrl: Nullable(Type.String({ description: 'Link to the trace.' })),
    details: Nullable(Type.Record(Type.String(), Type.Unknown())),
  },
  { title: 'AuditEntry', additionalProperties: false },
);

export const AuditPage = Page('AuditPage', AuditEntrySchema);
