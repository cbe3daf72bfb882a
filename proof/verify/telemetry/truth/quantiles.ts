import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { max, overTime, quantile, sum } from '@aio/slo/promql';
import {
  bucketsOf,
  countOf,
  type HistogramKey,
  type Matchers,
  selectProcess,
} from '@aio/catalog/metrics/select';
import { REQUESTS } from '@aio/catalog/objectives/slos';
import { quantileOf } from '../../../bed/quantile.ts';
import { type Ask, bucketWidth, type Figure, timeRows, type Witnesses } from './witnesses.ts';

/** The quantiles that boards show. */
const SHARES = { P50: 0.5, P95: 0.95, P99: 0.99 } as const;
/** Largest relative error of a quantile where the buckets are narrow enough. */
const OFF_BY = 0.25;

/** Without cancelled attempts, which did not work all the time. */
const WORKED = { outcome: ['succeeded', 'failed'] } as const;
/** Event loop delay of the API in its busiest interval between two scrapes. */
const API_LATENESS = max(
  overTime('max', selectProcess('nodejs_eventloop_lag_p90_seconds', { job: 'api' }), '10m'),
);
/** Time to connect and read a response, when the processes share the cores: 75 ms measured on two cores. */
const ON_THE_WAY_SECONDS = 0.1;

/** Quantiles of histograms and of the individual values. */
export async function compareQuantiles(
  ask: Ask,
  { db, client, logRecords }: Witnesses,
): Promise<Figure[]> {
  const lines = logRecords
    .filter(({ eventName }) => eventName === LOG_EVENTS.requestEnded[0])
    .filter(({ attributes }) => isMeasured(attributes))
    .map(({ attributes }) => Number(attributes['duration_ms']) / 1000)
    // Invalid requests have no duration.
    .filter((seconds) => !Number.isNaN(seconds));
  const counted = (await ask(sum(countOf('httpRequestDuration', REQUESTS)))).get('') ?? 0;
  return [
    {
      what: 'requests with a line',
      unit: '',
      prometheus: counted,
      truth: lines.length,
      witness: 'lines',
      tolerance: 0,
    },
    ...(await compareHistogram(ask, 'requests', 'httpRequestDuration', {
      values: lines,
      witness: 'lines',
      matchers: REQUESTS,
    })),
    await compareWithClient(ask, client),
    ...(await compareHistogram(ask, 'runs', 'runDuration', {
      values: await timeRows(db, 'runs'),
    })),
    ...(await compareHistogram(ask, 'queue times of runs', 'runQueueTime', {
      values: await timeRows(db, 'runQueueTime'),
    })),
    ...(await compareHistogram(ask, 'queue times of steps', 'stepQueueTime', {
      values: await timeRows(db, 'queueTime'),
    })),
    ...(await compareHistogram(ask, 'attempts', 'stepExecution', {
      values: await timeRows(db, 'execution'),
      matchers: WORKED,
    })),
  ];
}

async function compareHistogram<K extends HistogramKey>(
  ask: Ask,
  of: string,
  key: K,
  {
    values,
    witness = 'rows',
    matchers,
  }: { values: readonly number[]; witness?: Figure['witness']; matchers?: Matchers<K> },
): Promise<Figure[]> {
  const { buckets } = METRICS[key] as MetricDefinition & { type: 'histogram' };
  const figures: Figure[] = [];
  for (const [name, share] of Object.entries(SHARES)) {
    const truth = quantileOf(values, share);
    const prometheus = await askQuantile(ask, share, key, matchers);
    const tolerance = Math.max(OFF_BY * truth, bucketWidth(truth, buckets));
    figures.push({ what: `${name} of ${of}`, unit: 's', prometheus, truth, witness, tolerance });
  }
  return figures;
}

/**
 * The client's clock runs from before the API accepts a request until the client reads the response. So it can only show
 * that the API does not omit much time.
 */
async function compareWithClient(ask: Ask, client: Witnesses['client']): Promise<Figure> {
  const truth = quantileOf(
    client.requests.map(({ seconds }) => seconds),
    SHARES.P95,
  );
  const apiLateness = (await ask(API_LATENESS)).get('') ?? 0;
  return {
    what: 'P95 of requests',
    unit: 's',
    prometheus: await askQuantile(ask, SHARES.P95, 'httpRequestDuration', REQUESTS),
    truth,
    witness: 'client',
    tolerance: OFF_BY * truth + apiLateness + client.lateSeconds() + ON_THE_WAY_SECONDS,
  };
}

async function askQuantile<K extends HistogramKey>(
  ask: Ask,
  share: number,
  key: K,
  matchers?: Matchers<K>,
): Promise<number> {
  const answer = await ask(quantile(share, sum(bucketsOf(key, matchers), ['le'])));
  return answer.get('') ?? Number.NaN;
}

/** Event streams are in no histogram, but refused ones are. */
function isMeasured(attributes: Readonly<Record<string, unknown>>): boolean {
  const isOfStream = String(attributes[ATTRIBUTES.httpRoute]).endsWith('/events');
  return !(isOfStream && Number(attributes[ATTRIBUTES.httpResponseStatusCode]) === 200);
}
