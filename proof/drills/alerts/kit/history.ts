/** Evaluations in which an alert was pending or firing, from Prometheus' ALERTS series. */
export interface AlertSeries {
  readonly alert: string;
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, ascending. */
  readonly at: readonly number[];
}

interface Answer {
  status: string;
  error?: string;
  data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
}

/** Always fires, so its last evaluation is Prometheus' last one. */
export const WATCHDOG = 'Watchdog';
/** For fewer than two evaluations: as in `prometheus.yml`. */
const USUAL_INTERVAL_MS = 15_000;

/** Evaluation interval: the shortest time between two evaluations. */
export function evaluationMs(history: readonly AlertSeries[]): number {
  const at = history.find(({ alert }) => alert === WATCHDOG)?.at ?? [];
  const gaps = at.slice(1).map((ms, index) => ms - (at[index] as number));
  return gaps.length > 0 ? Math.min(...gaps) : USUAL_INTERVAL_MS;
}

/** Longer than any drill. */
const LOOK_BACK = '3h';

/**
 * Every alert since `since` (milliseconds since 1970). `/api/v1/alerts` would show only current alerts and
 * miss those between two requests.
 * @param url of Prometheus
 * @throws Error if Prometheus does not answer
 */
export async function readHistory(url: string, since = 0): Promise<AlertSeries[]> {
  const found = await ask(url, `ALERTS[${LOOK_BACK}]`);
  return found.flatMap(({ metric, values }) => {
    const { __name__: _, alertname: alert = '', alertstate, ...labels } = metric;
    const at = values.map(([seconds]) => seconds * 1000).filter((ms) => ms >= since);
    return at.length > 0 ? [{ alert, state: alertstate as AlertSeries['state'], labels, at }] : [];
  });
}

/** Number of targets whose last scrape succeeded, without Prometheus itself. */
export async function countUp(url: string): Promise<number> {
  const [found] = await ask(url, '(sum(up{job!="prometheus"}) or vector(0))[10s:1s]');
  return Number(found?.values.at(-1)?.[1]);
}

/** The value of a query's only series; undefined = it has none. */
export async function askValue(url: string, query: string): Promise<number | undefined> {
  const [found] = await ask(url, `(${query})[1s:1s]`);
  const value = found?.values.at(-1)?.[1];
  return value === undefined ? undefined : Number(value);
}

async function ask(url: string, query: string): Promise<Answer['data']['result']> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`, {
    signal: AbortSignal.timeout(5000),
  });
  const answer = (await response.json()) as Answer;
  if (answer.status !== 'success') throw new Error(`Prometheus: ${answer.error}`);
  return answer.data.result;
}

/** Rules that Prometheus cannot evaluate, with its error. */
export async function readRuleErrors(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/rules`, { signal: AbortSignal.timeout(5000) });
  const { data } = (await response.json()) as {
    data: { groups: { rules: { name: string; lastError?: string }[] }[] };
  };
  return data.groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError}`] : []));
}
