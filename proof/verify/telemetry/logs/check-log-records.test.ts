import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLogRecords, type SeenRecord } from './check-log-records.ts';

const TRACES = new Set(['a trace']);

/** One record of each event. */
const ALL = Object.values(LOG_EVENTS).map(([eventName, , body]): SeenRecord => ({
  eventName,
  body,
  attributes: { 'aio.run.id': 'r1', 'aio.step.id': 'fetch' },
  traceId: 'a trace',
  isSampled: true,
}));

const faultsOf = (records: readonly SeenRecord[]) => checkLogRecords(records, TRACES).faults;
const [ended] = ALL.filter(({ eventName }) => eventName === 'aio.run.ended') as [SeenRecord];

test('records that match the catalogue are no gap', () => {
  assert.deepEqual(checkLogRecords(ALL, TRACES), { faults: [], excused: [] });
});

test('an unseen event is a fault', () => {
  assert.deepEqual(faultsOf(ALL.filter((record) => record !== ended)), [
    'log event aio.run.ended was not seen',
  ]);
});

test('a line without an event and an unknown event are faults', () => {
  const records = [
    { ...ended, eventName: null, body: 'hello' },
    { ...ended, eventName: 'aio.new.event', body: 'hello' },
  ];
  assert.deepEqual(faultsOf([...ALL, ...records]), [
    'log record "hello" has no event, which is not in the catalogue',
    'log record "hello" is of aio.new.event, which is not in the catalogue',
  ]);
});

test('a record without the ids of its run and step and an unknown trace are faults', () => {
  const records = [
    { ...ended, attributes: {} },
    { ...ended, eventName: 'aio.step.failed', attributes: { 'aio.run.id': 'r1' } },
    { ...ended, traceId: 'another' },
  ];
  assert.deepEqual(faultsOf([...ALL, ...records]), [
    'log event aio.run.ended lacks aio.run.id',
    'log event aio.step.failed lacks aio.step.id',
    'log event aio.run.ended names a sampled trace without any span',
  ]);
});
