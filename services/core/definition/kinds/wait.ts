import { Type } from 'typebox';
import { EVENT_NAME_PATTERN, MAX_EVENT_KEY_LENGTH } from '../names.ts';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const kind = defineKind({
  kind: 'wait',
  description:
    'Waits for an event that a client posts to the API with this name and key. Uses no worker meanwhile. Output: {payload, name, key, receivedAt, eventId}. `timeout` limits the wait; default: none.',
  lane: DEFAULT_LANE,
  waitsFor: 'event',
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: null,
  with: Type.Object(
    {
      event: Type.String({
        description: 'Name of the event.',
        examples: ['order.paid'],
        pattern: EVENT_NAME_PATTERN,
      }),
      key: Type.String({
        description: 'Which event of that name, for example the id of an order.',
        examples: ['${{ input.orderId }}'],
        minLength: 1,
        maxLength: MAX_EVENT_KEY_LENGTH,
      }),
    },
    { additionalProperties: false },
  ),
});
