import { Type } from 'typebox';
import { Duration } from '@aio/core/definition/duration';
import { EVENT_NAME_PATTERN, MAX_EVENT_KEY_LENGTH } from '@aio/core/definition/names';
import {
  AnyJson,
  Id,
  Nullable,
  OneOf,
  Page,
  PAGE_QUERY,
  StepId,
  Text,
  Time,
} from '../../http/common-schema.ts';

const Name = Type.String({
  pattern: EVENT_NAME_PATTERN,
  description: 'What happened.',
  examples: ['order.paid'],
});
const Key = Type.String({
  minLength: 1,
  maxLength: MAX_EVENT_KEY_LENGTH,
  description: 'To which one, e.g. the id of an order. A step waits for name and key.',
});

export const EventParams = Type.Object({ id: Id });

export const PostEventHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'The same key with the same event stands for one event, as long as that is remembered.',
    }),
  ),
});

export const PostEventBody = Type.Object(
  {
    name: Name,
    key: Key,
    payload: Type.Optional(Type.Unknown({ description: 'Any JSON up to 255 kB; default null.' })),
    keepFor: Type.Optional(
      Duration(
        'How long it is kept while no step waits for it: 24h by default, 30d at most, 1m at least.',
      ),
    ),
  },
  { additionalProperties: false, title: 'EventSubmission' },
);

export const ListEventsQuery = Type.Object(
  {
    name: Type.Optional(Type.String({ pattern: EVENT_NAME_PATTERN })),
    key: Type.Optional(Text(MAX_EVENT_KEY_LENGTH)),
    state: Type.Optional(OneOf(['kept', 'taken', 'expired'])),
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

const SUMMARY = {
  id: Id,
  name: Type.String(),
  key: Type.String(),
  state: OneOf(['kept', 'taken', 'expired']),
  deliveries: Type.Integer({ description: 'Steps that it has reached.' }),
  reached: Type.Array(
    Type.Object({ runId: Id, step: StepId, iteration: Nullable(Type.Integer()) }),
    { description: 'The first 100 of them.' },
  ),
  receivedAt: Time,
  takenAt: Nullable(Time),
  keptUntil: Nullable(Time),
};

export const EventSummarySchema = Type.Object(SUMMARY, {
  title: 'EventSummary',
  additionalProperties: false,
});

export const EventSchema = Type.Object(
  { ...SUMMARY, payload: AnyJson },
  { title: 'Event', additionalProperties: false },
);

export const EventPage = Page('EventPage', EventSummarySchema);
