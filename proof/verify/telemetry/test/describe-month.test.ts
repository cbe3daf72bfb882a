import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonthReport, ReportedDay, ReportedMonth } from '@aio/query/month-report';
import { describeMonth } from '../describe-month.ts';

const day = (number: number, part: Partial<ReportedDay>): ReportedDay => ({
  day: `2026-11-0${number}`,
  measured: 1,
  events: 100,
  badEvents: 0,
  reached: 1,
  ...part,
});

const objective = (part: Partial<ReportedMonth>): ReportedMonth => ({
  key: 'runSuccess',
  title: 'Run success',
  description: 'Runs succeed.',
  objective: 0.95,
  minEvents: 100,
  events: 2000,
  badEvents: 120,
  reached: 0.94,
  budget: { left: -0.2, events: 2000, minEvents: 100 },
  worstDay: day(2, { reached: 0.9 }),
  days: [
    day(1, {}),
    day(2, { reached: 0.9, measured: 0.5 }),
    day(3, { measured: 0, events: 0, reached: null }),
    day(4, { measured: null, events: 0, reached: null }),
  ],
  ...part,
});

const report = (part: Partial<MonthReport>): MonthReport => ({
  month: '2026-11',
  isOver: false,
  measured: 0.5,
  objectives: [objective({})],
  ...part,
});

const cellsOf = (line: string) => line.split('|').map((cell) => cell.trim());

test('a missed objective has its verdict and worst day', () => {
  const lines = describeMonth(report({})).split('\n');
  assert.equal(lines[0], '# Objectives in 2026-11');
  assert.deepEqual(
    cellsOf(lines.find((line) => line.startsWith('| Run success')) ?? '').slice(1, -1),
    [
      'Run success',
      '95 %',
      '94 %',
      'MISSED',
      'Error budget overspent by 20%, 30 days',
      '2,000',
      '2026-11-02: 90 %',
    ],
  );
});

test('the report has the measured share of the month and of each day', () => {
  const text = describeMonth(report({}));
  assert.match(text, /The month is not over\. Measured: 50 % of the time so far\./);
  const days = text.split('\n').filter((line) => line.startsWith('| 2026-11-'));
  assert.deepEqual(
    days.map((line) => cellsOf(line).slice(1, -1)),
    [
      ['2026-11-01', '100 %', '100 %'],
      ['2026-11-02', '50 %', '90 %'],
      ['2026-11-03', '0 %', 'no data'],
    ],
  );
  assert.doesNotMatch(describeMonth(report({ measured: 1 })), /Measured:/);
});

test('without enough events, there is no verdict', () => {
  const verdictOf = (part: Partial<ReportedMonth>) => {
    const text = describeMonth(report({ objectives: [objective(part)] }));
    return cellsOf(text.split('\n').find((line) => line.startsWith('| Run success')) ?? '')[4];
  };
  assert.equal(verdictOf({ reached: null, events: 0 }), 'no data');
  assert.equal(verdictOf({ reached: 0.5, events: 99 }), 'no verdict');
  assert.equal(verdictOf({ reached: 0.99, events: 100 }), 'met');
});
