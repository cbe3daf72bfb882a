import type { Database } from '@aio/loadtest/lib/database';
import { quantileOf } from '@aio/loadtest/lib/quantile';
import { METRICS } from '@aio/catalog/all-metrics';
import type { MetricDefinition } from '@aio/catalog/metric';
import { max, overTime, type Query, quantile, sum } from '@aio/catalog/promql';
import {
  bucketsOf,
  countOf,
  type HistogramKey,
  type Matchers,
  select,
  selectProcess,
} from '@aio/catalog/select';
import { REQUESTS } from '@aio/catalog/slos';
import type { Stopwatch, TimedRequest } from '../load/stopwatch.ts';
import type { PrometheusApi } from '@aio/query/prometheus';
import type { Figure } from './figure.ts';
import { bucketWidth } from './bucket-width.ts';
import { type Counted, type Counts, countRows, timeRows } from './witnesses.ts';

export interface Witnesses {
  db: Database;
  /** Every request that the API was sent, event streams and probes aside. */
  client: Pick<Stopwatch, 'requests' | 'lateSeconds'>;
  /** Calls of models that the simulator has taken. */
  modelCalls: number;
}

/** Of metrics as they stand: the processes are new, so their counters began at 0. */
const QUESTIONS: readonly { title: string; rows: Counted; query: Query<string> }[] = [
  { title: 'runs submitted', rows: 'submitted', query: sum(select('runsSubmitted'), ['workflow']) },
  {
    title: 'runs ended',
    rows: 'runs',
    query: sum(countOf('runDuration'), ['workflow', 'outcome']),
  },
  { title: 'steps ended', rows: 'steps', query: sum(select('stepsFinished'), ['kind', 'status']) },
  {
    title: 'attempts ended',
    rows: 'attempts',
    query: sum(select('stepAttempts'), ['kind', 'outcome']),
  },
  { title: 'retries', rows: 'retries', query: sum(select('stepRetries'), ['kind']) },
  {
    title: 'failures',
    rows: 'failures',
    query: sum(select('stepFailures', { error_type: { not: 'cancelled' } }), [
      'kind',
      'error_type',
    ]),
  },
  { title: 'active runs', rows: 'activeRuns', query: max(select('activeRuns'), ['state']) },
  {
    title: 'queue depth',
    rows: 'queueDepth',
    query: max(select('queueDepth'), ['queue', 'state']),
  },
  { title: 'tokens', rows: 'tokens', query: sum(select('llmTokens'), ['direction']) },
  { title: 'cost', rows: 'cost', query: sum(select('llmCost')) },
];

const REQUESTS_ANSWERED = sum(countOf('httpRequestDuration', REQUESTS), ['method', 'status']);
/** What a cancel ended had not worked all the time. */
const WORKED = { outcome: ['succeeded', 'failed'] } as const;
/** How late the API comes to a request that has arrived, in its busiest time between two scrapes. */
const API_LATENESS = max(
  overTime('max', selectProcess('nodejs_eventloop_lag_p90_seconds', { job: 'api' }), '10m'),
);
/** A connection is made and an answer read by processes that share the cores: 75 ms were seen on two of them. */
const ON_THE_WAY_SECONDS = 0.1;
const MODEL_CALLS = sum(countOf('llmRequestDuration'));

type Ask = (query: Query<string>) => Promise<Counts>;

/** All figures, to be asked at a moment at which nothing is under way. */
export async function compare(prometheus: PrometheusApi, witnesses: Witnesses): Promise<Figure[]> {
  const now = Date.now() / 1000;
  const ask: Ask = (query) => askCounts(prometheus, query, now);
  return [...(await compareCounts(ask, witnesses)), ...(await compareDurations(ask, witnesses))];
}

async function compareCounts(ask: Ask, { db, client, modelCalls }: Witnesses): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { title, rows, query } of QUESTIONS)
    figures.push(...pair(title, await ask(query), await countRows(db, rows), 'rows'));
  return [
    ...figures,
    ...pair('requests', await ask(REQUESTS_ANSWERED), countRequests(client.requests), 'client'),
    ...pair('calls of models', await ask(MODEL_CALLS), new Map([['', modelCalls]]), 'simulator'),
  ];
}

async function compareDurations(ask: Ask, { db, client }: Witnesses): Promise<Figure[]> {
  const p95 = async <K extends HistogramKey>(
    key: K,
    values: readonly number[],
    matchers?: Matchers<K>,
  ) => {
    const query = quantile(0.95, sum(bucketsOf(key, matchers), ['le']));
    return { prometheus: (await ask(query)).get('') ?? Number.NaN, ...truthOf(key, values) };
  };
  const seconds = client.requests.map((request) => request.seconds);
  const ofRequests = await p95('httpRequestDuration', seconds, REQUESTS);
  const ofRuns = await p95('runDuration', await timeRows(db, 'runs'));
  const ofRunQueues = await p95('runQueueTime', await timeRows(db, 'runQueueTime'));
  const ofStepQueues = await p95('stepQueueTime', await timeRows(db, 'queueTime'));
  const apiLateness = (await ask(API_LATENESS)).get('') ?? 0;
  const ofAttempts = await p95('stepExecution', await timeRows(db, 'execution'), WORKED);
  return [
    {
      what: 'P95 of requests',
      witness: 'client',
      ...ofRequests,
      // The client times what comes before and after as well: until the API takes the request up, and
      // until it comes to look at the answer itself.
      tolerance: ofRequests.tolerance + apiLateness + client.lateSeconds() + ON_THE_WAY_SECONDS,
    },
    { what: 'P95 of runs', witness: 'rows', ...ofRuns },
    { what: 'P95 of queue times of runs', witness: 'rows', ...ofRunQueues },
    { what: 'P95 of queue times of steps', witness: 'rows', ...ofStepQueues },
    { what: 'P95 of attempts', witness: 'rows', ...ofAttempts },
  ];
}

/** A histogram knows a value no better than its bucket is wide. */
function truthOf(key: HistogramKey, values: readonly number[]) {
  const truth = quantileOf(values, 0.95);
  const { buckets } = METRICS[key] as MetricDefinition & { type: 'histogram' };
  return { unit: 's', truth, tolerance: bucketWidth(truth, buckets) };
}

/** Values by the labels of the query, joined with a space. */
async function askCounts(
  prometheus: PrometheusApi,
  { promql, labels }: Query<string>,
  at: number,
): Promise<Counts> {
  const series = await prometheus.query(promql, at);
  return new Map(
    series.map(({ labels: own, samples }) => [
      labels.map((label) => own[label] ?? '').join(' '),
      samples[0]?.value ?? Number.NaN,
    ]),
  );
}

/** One figure for each that is not 0 for both. */
function pair(
  title: string,
  measured: Counts,
  counted: Counts,
  witness: Figure['witness'],
): Figure[] {
  const names = [...new Set([...counted.keys(), ...measured.keys()])].sort();
  return names.flatMap((name) => {
    const [prometheus, truth] = [measured.get(name) ?? 0, counted.get(name) ?? 0];
    if (prometheus === 0 && truth === 0) return [];
    const what = name === '' ? title : `${title}: ${name}`;
    return [{ what, unit: 'short', prometheus, truth, witness, tolerance: 0 }];
  });
}

function countRequests(requests: readonly TimedRequest[]): Counts {
  const groups = Map.groupBy(requests, ({ method, status }) => `${method} ${status}`);
  return new Map([...groups].map(([name, { length }]) => [name, length]));
}
