import { attributesOfEvent } from '@aio/catalog/logs/log-attributes';
import { type LogEventDefinition, SEVERITY_NUMBERS } from '@aio/catalog/logs/log-event';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLogRecords, type SeenRecord } from './check-log-records.ts';
import { exampleOf } from '../spans/check-value.ts';

const TRACES = new Set(['a trace']);

/** One record of each event, with all attributes. */
const all = (): SeenRecord[] =>
  Object.values<LogEventDefinition>(LOG_EVENTS).map((event) => ({
    eventName: event.name,
    severityText: event.severities[0],
    severityNumber: SEVERITY_NUMBERS[event.severities[0]],
    body: event.message,
    attributes: Object.fromEntries(attributesOfEvent(event).map((name) => [name, exampleOf(name)])),
    traceId: 'a trace',
    isSampled: true,
  }));

const faultsOf = (records: readonly SeenRecord[]) => checkLogRecords(records, TRACES).faults;
const one = (event: LogEventDefinition, change: (record: SeenRecord) => SeenRecord) =>
  all().map((record) => (record.eventName === event.name ? change(record) : record));

test('records that match the catalogue are no gap', () => {
  assert.deepEqual(checkLogRecords(all(), TRACES), { faults: [], excused: [] });
});

test('an unseen event and a never set attribute are faults', () => {
  const records = all().filter(({ eventName }) => eventName !== LOG_EVENTS.runEnded.name);
  assert.deepEqual(faultsOf(records), ['log event aio.run.ended was not seen']);
  const lacking = one(LOG_EVENTS.runEnded, (record) => {
    const { duration_ms: _, ...attributes } = record.attributes;
    return { ...record, attributes };
  });
  assert.deepEqual(faultsOf(lacking), ['log event aio.run.ended never has duration_ms']);
});

test('a line without an event, an unknown event and an unknown attribute are faults', () => {
  const [first] = all() as [SeenRecord];
  const records = [
    { ...first, eventName: null, body: 'hello' },
    { ...first, eventName: 'aio.new.event', body: 'hello' },
    { ...first, attributes: { ...first.attributes, more: 1 } },
  ];
  assert.deepEqual(faultsOf([...all(), ...records]), [
    'log record "hello" has no event, which is not in the catalogue',
    'log record "hello" is of aio.new.event, which is not in the catalogue',
    'log event aio.process.ready has more, which the catalogue does not list',
  ]);
});

test('a value of another type is a fault', () => {
  const text = (record: SeenRecord) => ({
    ...record,
    attributes: { ...record.attributes, duration_ms: 'long' },
  });
  assert.deepEqual(faultsOf(one(LOG_EVENTS.runEnded, text)), [
    'log event aio.run.ended has duration_ms = "long", not double',
  ]);
});

test('a wrong severity, a wrong severity number and an unknown trace are faults', () => {
  assert.deepEqual(
    faultsOf(one(LOG_EVENTS.runEnded, (record) => ({ ...record, severityText: 'fatal' }))),
    ['log event aio.run.ended has the severity fatal'],
  );
  assert.deepEqual(
    faultsOf(one(LOG_EVENTS.runEnded, (record) => ({ ...record, severityNumber: 1 }))),
    ['log event aio.run.ended has the severity info as 1'],
  );
  const astray = (record: SeenRecord) => ({ ...record, traceId: 'another' });
  assert.deepEqual(faultsOf(one(LOG_EVENTS.runEnded, astray)), [
    'log event aio.run.ended names a sampled trace without any span',
  ]);
});
