import { StackError } from '@aio/stack/stack-error';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Seconds since 1970. */
  at: number;
  /** May be NaN or infinite. */
  value: number;
}

export interface Series {
  labels: Labels;
  /** Ascending in time; one of an instant query. */
  samples: readonly Sample[];
}

/** From and to in seconds since 1970, both included. */
export interface TimeRange {
  from: number;
  to: number;
  stepSeconds: number;
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
  /** Since when its condition holds, as ISO 8601. */
  activeAt: string;
}

/** Prometheus understood and refused: the query is wrong. */
export class QueryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueryError';
  }
}

/** Every method rejects with QueryError, or with StackError when Prometheus does not answer. */
export interface PrometheusApi {
  readonly url: string;
  query(promql: string, at: number): Promise<Series[]>;
  queryRange(promql: string, range: TimeRange): Promise<Series[]>;
  /** Values of a label over the series of a selector, sorted. */
  labelValues(selector: string, label: string, range: TimeRange): Promise<string[]>;
  /** How many exemplars the series of a query have. */
  countExemplars(promql: string, range: TimeRange): Promise<number>;
  rules(): Promise<LoadedRule[]>;
  /** Those that are pending or firing. */
  alerts(): Promise<ActiveAlert[]>;
  /** E.g. `3.14.0`. */
  version(): Promise<string>;
  /** `global.scrape_interval` of its configuration. */
  scrapeSeconds(): Promise<number>;
}

const ANSWER_WITHIN_MS = 20_000;

interface RawSeries {
  metric: Record<string, string>;
  value?: [number, string];
  values?: [number, string][];
}

/** @param url origin of Prometheus, e.g. `http://localhost:9090` */
export function createPrometheusApi(url: string): PrometheusApi {
  async function ask<Data>(path: string, parameters: Record<string, string> = {}): Promise<Data> {
    const body = new URLSearchParams(parameters);
    const isPost = body.size > 0;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/api/v1/${path}`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(isPost && { method: 'POST', body }),
      });
      text = await response.text();
    } catch (cause) {
      throw new StackError(`Prometheus does not answer at ${url}`, { cause });
    }
    const answer = parseAnswer<Data>(text);
    if (answer === null) throw new StackError(`no Prometheus at ${url}: ${response.status}`);
    if (answer.status === 'success') return answer.data;
    throw new QueryError(answer.error);
  }

  const spanOf = ({ from, to }: TimeRange) => ({ start: String(from), end: String(to) });

  return {
    url,
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
    async countExemplars(promql, range) {
      const found = await ask<{ exemplars: unknown[] }[]>('query_exemplars', {
        query: promql,
        ...spanOf(range),
      });
      return found.reduce((count, { exemplars }) => count + exemplars.length, 0);
    },
    async rules() {
      const { groups } = await ask<{ groups: { name: string; rules: LoadedRule[] }[] }>('rules');
      return groups.flatMap(({ name: group, rules }) => rules.map((rule) => ({ ...rule, group })));
    },
    async alerts() {
      return (await ask<{ alerts: ActiveAlert[] }>('alerts')).alerts;
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

type Answer<Data> = { status: 'success'; data: Data } | { status: 'error'; error: string };

/** null = whoever answers there is no Prometheus. */
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
