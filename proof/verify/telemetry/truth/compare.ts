import { statusClass } from '@aio/catalog/metrics/labels';
import { sum } from '@aio/slo/promql';
import { type Query } from '@aio/slo/query';
import { countOf, select } from '@aio/catalog/metrics/select';
import { REQUESTS } from '@aio/catalog/objectives/slos';
import type { TimedRequest } from '../load/client.ts';
import type { PrometheusApi } from '@aio/query/prometheus';
import { compareQuantiles } from './quantiles.ts';
import {
  type Ask,
  COUNTED,
  type Counts,
  countRows,
  type Figure,
  type Witnesses,
} from './witnesses.ts';

const REQUESTS_ANSWERED = sum(countOf('httpRequestDuration', REQUESTS), ['method', 'status']);
const RESPONSES = sum(countOf('httpResponses'), ['status']);
const MODEL_CALLS = sum(countOf('genAiDuration'));
const CALLS_OF_PROVIDERS = sum(select('llmCalls'));

/** Compares all figures. Call it when no work is in progress. */
export async function compare(prometheus: PrometheusApi, witnesses: Witnesses): Promise<Figure[]> {
  const now = Date.now() / 1000;
  const ask: Ask = (query) => askCounts(prometheus, query, now);
  return [...(await compareCounts(ask, witnesses)), ...(await compareQuantiles(ask, witnesses))];
}

async function compareCounts(ask: Ask, { db, client, modelCalls }: Witnesses): Promise<Figure[]> {
  const figures: Figure[] = [];
  const ofSimulator = new Map([['', modelCalls]]);
  for (const [title, query, rows] of COUNTED) {
    const measured = await ask(query);
    figures.push(...pair(title, measured, withOther(measured, await countRows(db, rows)), 'rows'));
  }
  return [
    ...figures,
    ...pair('requests', await ask(REQUESTS_ANSWERED), countRequests(client.requests), 'client'),
    ...pair('responses', await ask(RESPONSES), countResponses(client.requests), 'client'),
    ...pair('calls of models', await ask(MODEL_CALLS), ofSimulator, 'simulator'),
    ...pair('calls of providers', await ask(CALLS_OF_PROVIDERS), ofSimulator, 'simulator'),
  ];
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

/**
 * A process calls steps beyond its limit of series `other`. What rows of such a step have more than Prometheus counts as
 * `other` of their workflow.
 */
export function withOther(measured: Counts, counted: Counts): Counts {
  const expected = new Map(counted);
  for (const [name, truth] of counted) {
    const other = `${name.split(' ')[0]} other`;
    const more = truth - (measured.get(name) ?? 0);
    if (!measured.has(other) || more <= 0) continue;
    expected.set(name, truth - more);
    expected.set(other, (expected.get(other) ?? 0) + more);
  }
  return expected;
}

/** One figure per name, unless both values are 0. */
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
  return countBy(requests, ({ method, status }) => `${method} ${status}`);
}

function countResponses(requests: readonly TimedRequest[]): Counts {
  return countBy(requests, ({ status }) => statusClass(status));
}

function countBy<T>(all: readonly T[], nameOf: (one: T) => string): Counts {
  return new Map([...Map.groupBy(all, nameOf)].map(([name, { length }]) => [name, length]));
}
