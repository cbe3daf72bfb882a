import { type Endpoint, endpointOf } from './endpoint.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Seconds since 1970. */
  at: number;
  /** May be NaN or infinite. */
  value: number;
}

export interface Series {
  labels: Labels;
  /** Ascending in time; an instant query has one. */
  samples: readonly Sample[];
}

/** `from` and `to` in seconds since 1970, inclusive. */
export interface TimeRange {
  from: number;
  to: number;
  stepSeconds: number;
}

/** An observation with a trace. */
export interface Exemplar extends Sample {
  /** Labels of the series, including its name. */
  seriesLabels: Labels;
  /** Labels of the exemplar, e.g. `trace_id`. */
  labels: Labels;
}

export interface LoadedRule {
  group: string;
  name: string;
  /** `ok`, `err`, or `unknown` before its first evaluation. */
  health: string;
  lastError?: string;
}

export interface ActiveAlert {
  labels: Labels;
  annotations: Labels;
  state: 'pending' | 'firing';
  /** Time since which the condition holds, ISO 8601. */
  activeAt: string;
  /** Time since which the condition holds no more, while the rule keeps the alert firing. Absent = it holds. */
  keepFiringSince?: string;
  value: number;
}

/** An alerting rule with its active alerts. */
export interface AlertingRule extends LoadedRule {
  query: string;
  /** How long the query must return a series before the alert fires. */
  forSeconds: number;
  labels: Labels;
  /** May contain templates of Prometheus. */
  annotations: Labels;
  alerts: readonly ActiveAlert[];
}

/** Prometheus refused a query or failed. */
export class QueryError extends Error {
  /** Prometheus' error type: `bad_data` = invalid query; `timeout`, `execution` = too expensive. */
  readonly kind: string;

  constructor(message: string, kind: string) {
    super(message);
    this.name = 'QueryError';
    this.kind = kind;
  }
}

/** Prometheus does not answer, or another server does. */
export class PrometheusAway extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PrometheusAway';
  }
}

/** All methods reject with QueryError or PrometheusAway. */
export interface PrometheusApi {
  readonly url: string;
  query(promql: string, at: number): Promise<Series[]>;
  queryRange(promql: string, range: TimeRange): Promise<Series[]>;
  /** Values of a label in the series of a selector, sorted. */
  labelValues(selector: string, label: string, range: TimeSpan): Promise<string[]>;
  /** Exemplars of the series that a query reads. */
  exemplars(promql: string, range: TimeSpan): Promise<Exemplar[]>;
  rules(): Promise<LoadedRule[]>;
  alertingRules(): Promise<AlertingRule[]>;
  /** Pending and firing alerts. */
  alerts(): Promise<ActiveAlert[]>;
  /** E.g. `3.14.0`. */
  version(): Promise<string>;
  /** `global.scrape_interval` of its configuration. */
  scrapeSeconds(): Promise<number>;
}

export type TimeSpan = Pick<TimeRange, 'from' | 'to'>;

const ANSWER_WITHIN_MS = 20_000;
const RULES = 'rules';

interface RawSeries {
  metric: Record<string, string>;
  value?: [number, string];
  values?: [number, string][];
}

interface RawExemplars {
  seriesLabels: Record<string, string>;
  exemplars: { labels: Record<string, string>; value: string; timestamp: number }[];
}

interface RawRule extends Omit<AlertingRule, 'group' | 'forSeconds' | 'alerts'> {
  type: string;
  duration: number;
  alerts: RawAlert[];
}

type RawAlert = Omit<ActiveAlert, 'value'> & { value: string };

/**
 * The HTTP API of Prometheus.
 * @param address URL, e.g. `http://localhost:9090`, optionally with user and password
 * @param options `signal` aborts all requests; without one, each has 20 s
 */
export function createPrometheusApi(
  address: string,
  options: { signal?: AbortSignal } = {},
): PrometheusApi {
  const endpoint = endpointOf(address);
  const ask = createAsk(endpoint, options.signal);

  return {
    url: endpoint.url,
    async query(promql, at) {
      const data = await ask<{ resultType: string; result: RawSeries[] | [number, string] }>(
        'query',
        { query: promql, time: String(at) },
      );
      return data.resultType === 'scalar'
        ? [toSeries({ metric: {}, value: data.result as [number, string] })]
        : (data.result as RawSeries[]).map(toSeries);
    },
    async queryRange(promql, range) {
      const { result } = await ask<{ result: RawSeries[] }>('query_range', {
        query: promql,
        ...spanOf(range),
        step: String(range.stepSeconds),
      });
      return result.map(toSeries);
    },
    async labelValues(selector, label, range) {
      const found = await ask<Record<string, string>[]>('series', {
        'match[]': selector,
        ...spanOf(range),
      });
      return [...new Set(found.flatMap((labels) => labels[label] ?? []))].sort();
    },
    async exemplars(promql, range) {
      const found = await ask<RawExemplars[]>('query_exemplars', {
        query: promql,
        ...spanOf(range),
      });
      return found.flatMap(({ seriesLabels, exemplars }) =>
        exemplars.map(({ labels, value, timestamp }) => ({
          at: timestamp,
          value: readNumber(value),
          labels,
          seriesLabels,
        })),
      );
    },
    async rules() {
      const { groups } = await ask<{ groups: { name: string; rules: LoadedRule[] }[] }>(RULES);
      return groups.flatMap(({ name: group, rules }) => rules.map((rule) => ({ ...rule, group })));
    },
    async alertingRules() {
      const { groups } = await ask<{ groups: { name: string; rules: RawRule[] }[] }>(RULES, {
        type: 'alert',
      });
      return groups.flatMap(({ name: group, rules }) =>
        rules
          .filter(({ type }) => type === 'alerting')
          .map(({ duration, alerts, ...rule }) => ({
            ...rule,
            group,
            forSeconds: duration,
            alerts: alerts.map(toAlert),
          })),
      );
    },
    async alerts() {
      return (await ask<{ alerts: RawAlert[] }>('alerts')).alerts.map(toAlert);
    },
    async version() {
      return (await ask<{ version: string }>('status/buildinfo')).version;
    },
    async scrapeSeconds() {
      const { yaml } = await ask<{ yaml: string }>('status/config');
      return readDuration(/^ *scrape_interval: (\S+)$/m.exec(yaml)?.[1] ?? '1m');
    },
  };
}

/** Asks one path of the API, below `/api/v1/`. */
type Ask = <Data>(path: string, parameters?: Record<string, string>) => Promise<Data>;

function createAsk({ url, headers }: Endpoint, signal: AbortSignal | undefined): Ask {
  return async function ask<Data>(path: string, parameters: Record<string, string> = {}) {
    const body = new URLSearchParams(parameters);
    // Long parameters go into a body. Prometheus accepts only a query string for rules.
    const isPost = body.size > 0 && path !== RULES;
    const query = isPost || body.size === 0 ? '' : `?${body}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/api/v1/${path}${query}`, {
        headers,
        signal: signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(isPost && { method: 'POST', body }),
      });
      text = await response.text();
    } catch (cause) {
      throw new PrometheusAway(`Prometheus does not answer at ${url}`, { cause });
    }
    const answer = parseAnswer<Data>(text);
    if (answer === null)
      throw new PrometheusAway(`The server at ${url} is not Prometheus: status ${response.status}`);
    if (answer.status === 'success') return answer.data;
    throw new QueryError(answer.error, answer.errorType);
  };
}

function spanOf({ from, to }: TimeSpan) {
  return { start: String(from), end: String(to) };
}

type Answer<Data> =
  | { status: 'success'; data: Data }
  | { status: 'error'; error: string; errorType: string };

/** null = the server is not Prometheus. */
function parseAnswer<Data>(text: string): Answer<Data> | null {
  try {
    const answer = JSON.parse(text) as Partial<Answer<Data>> | null;
    return answer?.status === 'success' || answer?.status === 'error'
      ? (answer as Answer<Data>)
      : null;
  } catch {
    return null;
  }
}

function toSeries({ metric, value, values }: RawSeries): Series {
  const pairs = values ?? (value ? [value] : []);
  return {
    labels: metric,
    samples: pairs.map(([at, text]) => ({ at, value: readNumber(text) })),
  };
}

function toAlert({ value, ...alert }: RawAlert): ActiveAlert {
  return { ...alert, value: readNumber(value) };
}

function readNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** `1m30s` -> 90 */
function readDuration(text: string): number {
  return [...text.matchAll(/(\d+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit as string] as number),
    0,
  );
}
