import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, monthOf, type Reported, reportMonth } from './month-report.ts';

const REPORTED: Reported = {
  objectives: [
    {
      key: 'ok',
      title: 'Success',
      description: 'Runs succeed.',
      objective: 0.99,
      minEvents: 100,
    },
  ],
  budgetLeft: 'left',
  counted: 'counted',
  events: 'events',
  badEvents: 'bad',
  always: 'always',
  stepSeconds: 15,
};
const at = (iso: string) => Date.parse(iso) / 1000;
const STEPS = 5760;

interface Day {
  events?: number;
  bad?: number;
  steps?: number;
}

/** Answers like Prometheus from the values of each day. Missing values have no sample. */
function fakePrometheus(
  days: Readonly<Record<string, Day>>,
  recorded: { left?: number; counted?: number } = {},
) {
  const asked: string[] = [];
  const budgetsAt: number[] = [];
  const valueOf = (promql: string, day: Day): number | undefined => {
    const per = (count?: number) => (count === undefined ? undefined : count / 15);
    if (promql.includes('always')) return day.steps;
    return promql.includes('bad') ? per(day.bad) : per(day.events);
  };
  const sampleAt = (promql: string, day: string, time: number) => {
    const value = valueOf(promql, days[day] ?? {});
    return value === undefined ? [] : [{ at: time, value }];
  };
  const series = (samples: { at: number; value: number }[]) =>
    samples.length === 0 ? [] : [{ labels: { slo: 'ok' }, samples }];
  return {
    asked,
    budgetsAt,
    async queryRange(promql: string, range: { from: number; to: number; stepSeconds: number }) {
      asked.push(`${promql} ${(range.to - range.from) / range.stepSeconds + 1}`);
      const samples = [];
      for (let time = range.from; time <= range.to; time += range.stepSeconds) {
        const day = new Date((time - 1) * 1000).toISOString().slice(0, 10);
        samples.push(...sampleAt(promql, day, time));
      }
      return series(samples);
    },
    async query(promql: string, time: number) {
      if (promql in recorded) {
        budgetsAt.push(time);
        return series([{ at: time, value: recorded[promql as keyof typeof recorded]! }]);
      }
      asked.push(promql);
      return series(sampleAt(promql, new Date(time * 1000).toISOString().slice(0, 10), time));
    },
  };
}

test('days of a month, and the month of a moment', () => {
  assert.deepEqual(
    ['2026-11', '2028-02', '2027-02', '2026-12'].map((month) => daysOf(month).length),
    [30, 29, 28, 31],
  );
  assert.deepEqual(daysOf('2026-12').at(-1), {
    day: '2026-12-31',
    from: at('2026-12-31T00:00:00Z'),
    to: at('2027-01-01T00:00:00Z'),
  });
  assert.equal(monthOf(at('2026-11-30T23:59:59Z')), '2026-11');
  for (const wrong of ['2026-13', '2026-1', 'now', '0026-01'])
    assert.throws(() => daysOf(wrong), /is not a month/);
});

test('a finished month is the sum of its days, with the worst one', async () => {
  const prometheus = fakePrometheus(
    {
      '2026-11-01': { events: 600, bad: 0, steps: STEPS },
      '2026-11-02': { events: 300, bad: 6, steps: STEPS },
      '2026-11-30': { events: 100, bad: 1, steps: STEPS },
    },
    { left: 0.3, counted: 1000 },
  );
  const report = await reportMonth(prometheus, REPORTED, '2026-11', at('2026-12-05T00:00:00Z'));
  const [month] = report.objectives;
  assert.equal(report.isOver, true);
  assert.deepEqual([month?.events, month?.badEvents, month?.reached], [1000, 7, 0.993]);
  assert.deepEqual(month?.budget, { left: 0.3, events: 1000, minEvents: 100 });
  assert.deepEqual(new Set(prometheus.budgetsAt), new Set([at('2026-12-01T00:00:00Z')]));
  assert.equal(month?.worstDay?.day, '2026-11-02');
  assert.equal(month?.days.length, 30);
  // Three of thirty days are measured, and the report says so.
  assert.ok(Math.abs(report.measured - 0.1) < 1e-9);
  const unmeasured = { measured: 0, events: 0, badEvents: 0, reached: null };
  assert.deepEqual(month?.days[2], { day: '2026-11-03', ...unmeasured });
  assert.deepEqual(prometheus.asked, [
    'sum_over_time(events[86399s:15s]) 30',
    'sum_over_time(bad[86399s:15s]) 30',
    'count_over_time(always[86399s:15s]) 30',
  ]);
});

test('in the current month, future days do not count as missing', async () => {
  const prometheus = fakePrometheus({
    '2026-11-01': { events: 600, bad: 0, steps: STEPS },
    '2026-11-02': { events: 50, bad: 0, steps: 1440 },
  });
  const report = await reportMonth(prometheus, REPORTED, '2026-11', at('2026-11-02T12:00:00Z'));
  const [month] = report.objectives;
  assert.equal(report.isOver, false);
  assert.deepEqual(
    month?.days.slice(0, 3).map(({ measured }) => measured),
    [1, 0.5, null],
  );
  assert.equal(report.measured, 0.75);
  assert.equal(month?.worstDay, null);
  assert.ok(prometheus.asked.includes('sum_over_time(events[43199s:15s])'));
});

test('too few events to say are null, and no record is no budget', async () => {
  const days = { '2026-11-01': { events: 10, bad: 2, steps: STEPS } };
  const now = at('2026-12-05T00:00:00Z');
  const budgetOf = async (recorded: { left?: number; counted?: number }) => {
    const prometheus = fakePrometheus(days, recorded);
    return (await reportMonth(prometheus, REPORTED, '2026-11', now)).objectives[0]?.budget;
  };
  assert.deepEqual(await budgetOf({ left: Number.NaN, counted: 10 }), {
    left: null,
    events: 10,
    minEvents: 100,
  });
  assert.equal(await budgetOf({}), null);
});

test('a month without data has no figures, and a future month is not missed', async () => {
  const now = at('2026-12-05T00:00:00Z');
  const empty = await reportMonth(fakePrometheus({}), REPORTED, '2026-10', now);
  assert.deepEqual([empty.measured, empty.objectives[0]?.reached], [0, null]);
  const future = await reportMonth(fakePrometheus({}), REPORTED, '2027-01', now);
  const measured = future.objectives[0]?.days.map((day) => day.measured);
  assert.deepEqual(new Set(measured), new Set([null]));
});
