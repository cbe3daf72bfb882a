import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLogRecord } from './log-records.ts';

const names = { fields: { status: 'http.response.status_code' }, details: 'shop.details' };

test('a line becomes a record with the names of attributes', () => {
  const line = {
    time: '2027-01-02T03:04:05.678Z',
    level: 'warn',
    msg: 'slow',
    status: 200,
    ms: 12,
  };
  const { timestamp, severityNumber, severityText, body, attributes } = toLogRecord(
    JSON.stringify(line),
    names,
  );
  assert.deepEqual(timestamp, new Date(line.time));
  assert.deepEqual([severityNumber, severityText, body], [13, 'warn', 'slow']);
  assert.deepEqual(attributes, { 'http.response.status_code': 200, ms: 12 });
});

test('errors have the attributes of exceptions, the rest of them is details', () => {
  const error = { code: 'no_stock', message: 'none left', item: 7 };
  assert.deepEqual(toLogRecord(JSON.stringify({ error }), names).attributes, {
    'error.type': 'no_stock',
    'error.message': 'none left',
    'shop.details': { item: 7 },
  });
  const err = { type: 'TypeError', message: 'no', stack: 'at', code: 'E1' };
  assert.deepEqual(toLogRecord(JSON.stringify({ err })).attributes, {
    'exception.type': 'TypeError',
    'exception.message': 'no',
    'exception.stacktrace': 'at',
    'error.type': 'E1',
    'error.details': { code: 'E1' },
  });
});

test('a line that is not JSON becomes the body', () => {
  assert.equal(toLogRecord('{"half\n').body, '{"half');
});
