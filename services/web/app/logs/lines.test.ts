import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunLogs } from '../../shared/api.ts';
import { filterLines, extrasOf } from './lines.ts';

const COMMON = { at: '2026-11-28T10:00:00.000Z', iteration: null, attempt: 1, url: 'http://x' };
const line = (level: string, message: string, step = 'a') =>
  ({ ...COMMON, level, message, step }) as RunLogs['lines'][number];
const LINES = [
  line('debug', 'one'),
  line('info', 'two', 'b'),
  line('warn', 'three'),
  line('fatal', 'four'),
];
const ALL = { text: '', level: 'debug', step: '' } as const;
const found = (filter: Partial<Parameters<typeof filterLines>[1]>) =>
  filterLines(LINES, { ...ALL, ...filter }).map(({ message }) => message);

test('filters lines by level, step and text', () => {
  assert.deepEqual(found({}), ['one', 'two', 'three', 'four']);
  assert.deepEqual(found({ level: 'warn' }), ['three', 'four']);
  assert.deepEqual(found({ step: 'b' }), ['two']);
  assert.deepEqual(found({ text: ' THREE ' }), ['three']);
  assert.deepEqual(found({ text: 'http://x', level: 'error' }), ['four'], 'in fields, too');
});

test('extras are the fields without a column', () => {
  const line = { at: 'x', level: 'info', message: 'm', step: 'a', iteration: 1, attempt: 2 };
  assert.equal(extrasOf(line), '');
  assert.equal(extrasOf({ ...line, url: 'http://x', status: 200 }), 'url="http://x" status=200');
});
