import { attributesOfEvent } from '@aio/catalog/log-attributes';
import type { LogEventDefinition } from '@aio/catalog/log-event';
import { LOG_EVENTS } from '@aio/catalog/log-events';
import { SPANS } from '@aio/catalog/spans';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLogRecords } from '../logs/check-log-records.ts';
import { EXCUSED_LOGS } from '../logs/excused.ts';
import { checkPlaces } from '../spans/check-places.ts';
import { checkSpans } from '../spans/check-spans.ts';
import { EXCUSED_SPANS } from '../spans/excused.ts';

test('everything excused is in the catalogue', () => {
  const events: LogEventDefinition[] = Object.values(LOG_EVENTS);
  const lines = new Set([
    ...checkSpans([], {}).faults,
    ...checkPlaces([], {}).faults,
    ...checkLogRecords([], new Set(), {}).faults,
    ...Object.values(SPANS).flatMap(({ name, attributes }) =>
      attributes.map((attribute) => `span "${name}" never has ${attribute}`),
    ),
    ...events.flatMap((event) =>
      attributesOfEvent(event).map((attribute) => `log event ${event.name} never has ${attribute}`),
    ),
  ]);
  for (const excused of [...Object.keys(EXCUSED_SPANS), ...Object.keys(EXCUSED_LOGS)])
    assert.ok(lines.has(excused), excused);
});
