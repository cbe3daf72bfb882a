import { Type } from 'typebox';
import { EVENT_NAME_PATTERN, MAX_EVENT_KEY_LENGTH } from '@aio/core/definition/names';
import {
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
  description: 'The object it happened to, e.g. the id of an order. Steps wait for name and key.',
});

export const PostEventHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'Requests with the same key and event post one event, as long as the API keeps it.',
    }),
  ),
});

export const PostEventBody = Type.Object(
  {
    name: Name,
    key: Key,
    payload: Type.Optional(Type.Unknown({ description: 'Any JSON up to 255 kB. Default: null.' })),
  },
  { additionalProperties: false, title: 'EventSubmission' },
);

export const ListEventsQuery = Type.Object(
  {
    name: Type.Optional(Type.String({ pattern: EVENT_NAME_PATTERN })),
    key: Type.Optional(Text(MAX_EVENT_KEY_LENGTH)),
    state: Type.Optional(OneOf(['kept', 'taken'])),
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

export const EventSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    key: Type.String(),
    state: OneOf(['kept', 'taken']),
    takenBy: Nullable(
      Type.Object(
        { runId: Id, step: StepId, iteration: Nullable(Type.Integer()) },
        { description: 'The step that got it.' },
      ),
    ),
    receivedAt: Time,
    takenAt: Nullable(Time),
    keptUntil: Time,
  },
  { title: 'Event', additionalProperties: false },
);

export const EventPage = Page('EventPage', EventSchema);
