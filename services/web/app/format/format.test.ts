import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeCost,
  formatBytes,
  formatCost,
  formatCostBriefly,
  formatCount,
  formatPart,
  formatRate,
  formatShare,
  formatSuccess,
  isCostly,
} from './amount.ts';
import { formatDuration, readDuration } from './duration.ts';
import { formatAge, formatClock, formatMoment } from './moment.ts';
import { jsonText } from './text.ts';

test('counts', () => {
  assert.deepEqual([0, 9999, 12_345].map(formatCount), ['0', '9,999', '12.3k']);
});

test('bytes are in kB and MB', () => {
  assert.deepEqual([40_400, 10_485_760].map(formatBytes), ['40 kB', '10.5 MB']);
});

test('costs below $1 have two significant digits', () => {
  assert.deepEqual([null, 0, 0.000424].map(formatCost), ['–', '$0', '$0.00042']);
  assert.deepEqual([0.25, 0.999, 12.345].map(formatCost), ['$0.25', '$1.00', '$12.35']);
});

test('a cost says how many calls it leaves out', () => {
  const costs = [
    { costUsd: 0.12, unpricedCalls: 3 },
    { costUsd: 0, unpricedCalls: 1 },
    { costUsd: null, unpricedCalls: 2 },
    { costUsd: 0.12, unpricedCalls: 0 },
    { costUsd: 0, unpricedCalls: 0 },
  ];
  assert.deepEqual(costs.map(describeCost), [
    '$0.12 + 3 calls of unknown price',
    '1 call of unknown price',
    '2 calls of unknown price',
    '$0.12',
    '$0',
  ]);
  assert.deepEqual(costs.map(formatCostBriefly), ['$0.12 + ?', '?', '?', '$0.12', '–']);
  assert.deepEqual(costs.map(isCostly), [true, true, true, true, false]);
});

test('rates below ten have two significant digits', () => {
  assert.deepEqual([0, 1 / 60, 2.34, 12.6].map(formatRate), ['0', '0.017', '2.3', '13']);
});

test('shares keep one decimal', () => {
  assert.deepEqual([1, 0.985, 0.3333, 0].map(formatShare), ['100%', '98.5%', '33.3%', '0%']);
});

test('success is rounded down', () => {
  const shares = [1, 6288 / 6291, 0.569, 0.985, 0].map(formatSuccess);
  assert.deepEqual(shares, ['100%', '99.9%', '56.9%', '98.5%', '0%']);
});

test('parts of a bar are whole percents', () => {
  assert.deepEqual([1, 0.456, 0.004, 0].map(formatPart), ['100%', '46%', '<1%', '0%']);
});

const cases: [number | null, string][] = [
  [null, '–'],
  [0, '0 ms'],
  [0.4, '<1 ms'],
  [340.4, '340 ms'],
  [999.6, '1 s'],
  [1250, '1.25 s'],
  [9996, '10 s'],
  [12_340, '12.3 s'],
  [59_960, '1 m'],
  [200_000, '3 m 20 s'],
  [3_599_700, '1 h'],
  [7_500_000, '2 h 5 m'],
  [86_399_000, '1 d'],
  [273_600_000, '3 d 4 h'],
];

for (const [ms, text] of cases)
  test(`${ms} ms reads ${text}`, () => assert.equal(formatDuration(ms), text));

test('durations are read as people write them; a number alone is in seconds', () => {
  assert.deepEqual(['90', ' 0.5 ', '250ms'].map(readDuration), [90_000, 500, 250]);
  const texts = ['1.5 h', '2min', '1 m 30 s'];
  assert.deepEqual(texts.map(readDuration), [5_400_000, 120_000, 90_000]);
  for (const ms of [340, 1250, 200_000, 7_260_000, 90_000_000])
    assert.equal(readDuration(formatDuration(ms)), ms);
});

test('other texts are not durations', () => {
  for (const text of ['', '0', '-3', 'soon', '5 s or so', '3 parsecs'])
    assert.equal(readDuration(text), null, text);
});

const now = new Date(2026, 10, 25, 14, 0, 0).getTime();
const iso = (...parts: [number, number, number, number, number, number, number]): string =>
  new Date(...parts).toISOString();

test('a time today has no date', () => {
  assert.equal(formatMoment(iso(2026, 10, 25, 9, 5, 7, 0), now), '09:05:07');
  assert.equal(formatMoment(iso(2026, 10, 24, 9, 5, 7, 0), now), '24 Nov 09:05:07');
  assert.equal(formatMoment(null, now), '–');
});

test('the clock shows milliseconds', () => {
  assert.equal(formatClock(iso(2026, 10, 25, 9, 5, 7, 42)), '09:05:07.042');
});

test('ages grow coarser; a time in the future reads as now', () => {
  const ago = (seconds: number): string =>
    formatAge(new Date(now - seconds * 1000).toISOString(), now);
  assert.deepEqual([-5, 3].map(ago), ['just now', 'just now']);
  const ages = [45, 200, 7300, 200_000].map(ago);
  assert.deepEqual(ages, ['45 s ago', '3 min ago', '2 h ago', '2 d ago']);
});

test('values are indented JSON, strings stay unchanged', () => {
  assert.equal(jsonText({ a: 1 }), '{\n  "a": 1\n}');
  assert.equal(jsonText('line\nline'), 'line\nline');
  assert.equal(jsonText(undefined), '');
});
