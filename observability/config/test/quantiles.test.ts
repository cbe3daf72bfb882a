import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { DURATIONS } from '@aio/catalog/metrics/buckets';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';

const QUANTILES = [0.5, 0.95, 0.99];
const HOUR = 3600;
/** promtool reads at most 10,000 samples in a query. */
const AT_ONCE = 40;

/** Cumulative counts of the values, as a scrape has them. */
function bucketSeries(name: string, values: readonly number[], buckets: readonly number[]) {
  return [...buckets, Infinity].map((le) => {
    const count = values.filter((value) => value <= le).length;
    return [`h_bucket{of="${name}",le="${le === Infinity ? '+Inf' : le}"}`, `${count}x1`] as const;
  });
}

/** Values by name: every duration alone, and a mixture of quick answers and slow ones, with its own seed. */
function populations(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (let seconds = 0.01; seconds <= 2 * HOUR; seconds *= 1.3)
    found.set(`all ${seconds}`, [seconds]);
  // Just above a bound, all of a bucket is far from its upper end.
  for (const bound of DURATIONS)
    if (bound >= 0.01 && bound < 2 * HOUR) found.set(`above ${bound}`, [bound * 1.0001]);
  const random = seeded(1);
  const lognormal = (median: number, spread: number) =>
    median *
    Math.exp(spread * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()));
  for (const [quick, slow] of [
    [0.04, 8],
    [0.8, 30],
    [5, 1200],
  ] as const)
    found.set(
      `mixture of ${quick} and ${slow}`,
      Array.from({ length: 2000 }, (_, nth) =>
        nth % 5 === 0 ? lognormal(slow, 0.4) : lognormal(quick, 0.6),
      ),
    );
  return found;
}

function caseOf(
  populations: readonly (readonly [name: string, values: readonly number[]])[],
  buckets: readonly number[],
) {
  const truths = populations.flatMap(([name, values]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return QUANTILES.map((q) => {
      const truth = sorted[Math.ceil(q * sorted.length) - 1];
      return [`truth{of="${name}",q="${q}"}`, `${truth}x1`] as const;
    });
  });
  const scraped = populations.flatMap(([name, values]) => bucketSeries(name, values, buckets));
  const expected = QUANTILES.flatMap((q) => {
    const share = `histogram_quantile(${q}, h_bucket) / on (of) truth{q="${q}"}`;
    const all = [{ labels: '{}', value: populations.length }];
    return [
      { expr: `abs(${share} - 1) > 0.25`, eval_time: '1m', exp_samples: [] },
      { expr: `count(${share})`, eval_time: '1m', exp_samples: all },
    ];
  });
  const given = Object.fromEntries([...scraped, ...truths]);
  return { name: `from ${populations[0]![0]}`, interval: '1m', given, expected };
}

for (const key of ['runDuration', 'runTime'] as const)
  test(`Prometheus' quantiles are exact to 25 %: ${key}`, withPromtool, (t) => {
    const all = [...populations()];
    const { buckets } = METRICS[key];
    const cases = Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, nth) =>
      caseOf(all.slice(nth * AT_ONCE, (nth + 1) * AT_ONCE), buckets),
    );
    evaluates(t, cases);
  });

test('the buckets are as few as that allows', () => {
  // A quarter per step, and no more than two steps lost to bounds of three digits.
  const fewest = Math.ceil(Math.log((2 * HOUR) / 0.008) / Math.log(1.25)) + 1;
  assert.ok(DURATIONS.length <= fewest + 2, `${DURATIONS.length}, at best ${fewest}`);
});

/** Equal numbers in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 4_294_967_297;
  };
}
