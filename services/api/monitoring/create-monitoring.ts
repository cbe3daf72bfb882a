import { AioError } from '@aio/core/errors';
import { type AlertmanagerApi, createAlertmanagerApi } from '@aio/query/alertmanager';
import { BOARDS } from '@aio/catalog/boards';
import { type Board, readBoards } from '@aio/query/boards';
import {
  createPrometheusApi,
  type PrometheusApi,
  PrometheusAway,
  QueryError,
} from '@aio/query/prometheus';
import { readRunbooks, type Runbook } from '@aio/query/runbooks';

const UIDS = Object.values(BOARDS).map(({ uid }) => uid as string);

/** Dashboards, runbooks, and the Prometheus that answers the queries of dashboards. */
export interface Monitoring {
  boards: ReadonlyMap<string, Board>;
  /** By name of the alert. */
  runbooks: ReadonlyMap<string, Runbook>;
  /** Whether PROMETHEUS_URL is set. */
  isConfigured: boolean;
  /** Grafana with the same dashboards; null = none. */
  grafanaUrl: string | null;
  /** null = not configured. */
  alertmanager: AlertmanagerApi | null;
  /**
   * Calls `work` with Prometheus, for ten seconds at most.
   * @throws AioError `prometheus_not_configured`, `prometheus_away`, `prometheus_slow`, `query_failed`
   */
  ask<T>(work: (prometheus: PrometheusApi) => Promise<T>): Promise<T>;
  /** Seconds between two scrapes. Throws as `ask` does. */
  scrapeSeconds(): Promise<number>;
}

const ANSWER_WITHIN_MS = 10_000;
/** Prometheus may restart with another configuration. */
const KEEP_SCRAPE_SECONDS_MS = 60_000;

/**
 * @param urls origins; empty = not configured
 * @param answerWithinMs limit of one `ask`
 */
export function createMonitoring(
  urls: {
    prometheusUrl: string;
    alertmanagerUrl: string;
    grafanaUiUrl: string;
  },
  answerWithinMs = ANSWER_WITHIN_MS,
): Monitoring {
  const { prometheusUrl, alertmanagerUrl } = urls;
  const boards = readBoards()
    .toSorted((a, b) => UIDS.indexOf(a.uid) - UIDS.indexOf(b.uid))
    .map((board) => [board.uid, board] as const);
  let scrape: { seconds: number; untilMs: number } | null = null;

  async function ask<T>(work: (prometheus: PrometheusApi) => Promise<T>): Promise<T> {
    if (prometheusUrl === '')
      throw new AioError('prometheus_not_configured', 'PROMETHEUS_URL is not set.');
    const signal = AbortSignal.timeout(answerWithinMs);
    try {
      return await work(createPrometheusApi(prometheusUrl, { signal }));
    } catch (error) {
      throw presentable(error, signal.aborted);
    }
  }

  return {
    boards: new Map(boards),
    runbooks: new Map(readRunbooks().map((runbook) => [runbook.alert, runbook])),
    isConfigured: prometheusUrl !== '',
    grafanaUrl: urls.grafanaUiUrl.replace(/\/+$/, '') || null,
    alertmanager: alertmanagerUrl === '' ? null : createAlertmanagerApi(alertmanagerUrl),
    ask,
    async scrapeSeconds() {
      if (scrape !== null && performance.now() < scrape.untilMs) return scrape.seconds;
      const seconds = await ask((prometheus) => prometheus.scrapeSeconds());
      scrape = { seconds, untilMs: performance.now() + KEEP_SCRAPE_SECONDS_MS };
      return seconds;
    },
  };
}

/** The queries are ours, so a query that Prometheus cannot parse is a bug: the error stays `internal`. */
function presentable(error: unknown, isLate: boolean): unknown {
  const isTimeout = error instanceof QueryError && error.kind === 'timeout';
  if (isTimeout || (error instanceof PrometheusAway && isLate))
    return new AioError('prometheus_slow', 'Prometheus took too long.', { cause: error });
  if (error instanceof PrometheusAway)
    // The cause contains the URL, which only the log may show.
    return new AioError('prometheus_away', 'Prometheus does not answer.', { cause: error });
  if (error instanceof QueryError && error.kind !== 'bad_data')
    return new AioError('query_failed', `Prometheus: ${error.message}.`, { cause: error });
  return error;
}
