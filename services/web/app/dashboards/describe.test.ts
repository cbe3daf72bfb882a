import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeValue } from './describe.ts';
import { inkOn } from './colors.ts';

const LIMITS = [
  { value: null, color: '#009E73' },
  { value: 1, color: '#E69F00' },
  { value: 2, color: '#D55E00' },
];

test('a value has its unit, and the colour and level of its threshold', () => {
  const panel = { defaults: {}, unit: 's', thresholds: LIMITS };
  assert.deepEqual(describeValue(panel, 0.5), { text: '500 ms', color: '#009E73', level: 'fine' });
  assert.deepEqual(describeValue(panel, 1), { text: '1 s', color: '#E69F00', level: 'look' });
  assert.deepEqual(describeValue(panel, 9), { text: '9 s', color: '#D55E00', level: 'bad' });
});

test('no value has its text and its colour', () => {
  const none = { text: 'none yet', color: '#8E8E8E' };
  const defaults = {
    mappings: [{ type: 'special', options: { match: 'null+nan', result: none } }],
  };
  const panel = { defaults, unit: 'short', thresholds: [{ value: null, color: 'text' }] };
  assert.deepEqual(describeValue(panel, null), { ...none, level: 'fine' });
  assert.deepEqual(describeValue(panel, 7), { text: '7', color: null, level: 'fine' });
  assert.equal(describeValue({ ...panel, defaults: {} }, null).text, '–');
});

test('text contrasts with its tile', () => {
  assert.equal(inkOn('#E69F00'), '#000000');
  assert.equal(inkOn('#0072B2'), '#ffffff');
});
