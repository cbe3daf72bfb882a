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
  description: 'The object it happened to, e.g. the id of an order. Steps wait for name and key.',
});

export const EventParams = Type.Object({ id: Id });

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
    keepFor: Type.Optional(
      Duration('How long the API keeps the event if no step waits for it: 1m to 30d, default 24h.'),
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
  deliveries: Type.Integer({ description: 'Number of steps that it reached.' }),
  reached: Type.Array(
    Type.Object({ runId: Id, step: StepId, iteration: Nullable(Type.Integer()) }),
    { description: 'The first 100 steps.' },
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
