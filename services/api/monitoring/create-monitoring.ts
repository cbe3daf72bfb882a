import { AioError } from '@aio/core/errors';
import type { SharedCache } from '@aio/platform/redis/shared-cache';
import { type AlertmanagerApi, createAlertmanagerApi } from '@aio/query/alertmanager';
import { BOARDS } from '@aio/catalog/boards';
import { type Board, readBoards, readLogBoards } from '@aio/query/boards';
import {
  createPrometheusApi,
  type PrometheusApi,
  PrometheusAway,
  QueryError,
  type Series,
} from '@aio/query/prometheus';
import { readRunbooks, type Runbook } from '@aio/query/runbooks';
import { isAdmin, type Principal } from '../auth/principal.ts';

const UIDS = Object.values(BOARDS).map(({ uid }) => uid as string);

/** Dashboards, runbooks, and the Prometheus that answers the queries of dashboards. */
export interface Monitoring {
  /** All dashboards. The dashboard of logs is present only if Loki is configured. */
  boards: ReadonlyMap<string, Board>;
  /** The dashboards that the caller may see: that of logs is for admins, whatever BOARDS_FOR says. */
  boardsFor(principal: Principal): ReadonlyMap<string, Board>;
  /** By name of the alert. */
  runbooks: ReadonlyMap<string, Runbook>;
  /** Whether PROMETHEUS_URL is set. */
  isConfigured: boolean;
  /** Grafana with the same dashboards; null = none. */
  grafanaUrl: string | null;
  /** null = not configured. */
  alertmanager: AlertmanagerApi | null;
  /**
   * Calls `work` with Prometheus or Loki, for ten seconds at most. Loki answers metric queries like Prometheus.
   * @throws AioError `prometheus_not_configured`, `prometheus_away`, `prometheus_slow`, `loki_away`, `query_failed`
   */
  ask<T>(work: (prometheus: PrometheusApi) => Promise<T>, source?: Board['source']): Promise<T>;
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
    lokiUrl: string;
    alertmanagerUrl: string;
    grafanaUiUrl: string;
  },
  cache: Pick<SharedCache, 'read'>,
  answerWithinMs = ANSWER_WITHIN_MS,
): Monitoring {
  const { prometheusUrl, lokiUrl, alertmanagerUrl } = urls;
  const byUid = (boards: readonly Board[]) =>
    new Map(
      boards
        .toSorted((a, b) => UIDS.indexOf(a.uid) - UIDS.indexOf(b.uid))
        .map((board) => [board.uid, board]),
    );
  const ofMetrics = byUid(readBoards());
  const boards = new Map([...ofMetrics, ...byUid(lokiUrl === '' ? [] : readLogBoards())]);
  let scrape: { seconds: number; untilMs: number } | null = null;

  async function ask<T>(
    work: (prometheus: PrometheusApi) => Promise<T>,
    source: Board['source'] = 'prometheus',
  ): Promise<T> {
    if (source === 'prometheus' && prometheusUrl === '')
      throw new AioError('prometheus_not_configured', 'PROMETHEUS_URL is not set.');
    const signal = AbortSignal.timeout(answerWithinMs);
    try {
      if (source === 'loki')
        return await work(createPrometheusApi(`${lokiUrl.replace(/\/+$/, '')}/loki`, { signal }));
      return await work(shareQueries(createPrometheusApi(prometheusUrl, { signal }), cache));
    } catch (error) {
      throw presentable(error, source, signal.aborted);
    }
  }

  return {
    boards,
    boardsFor: (principal) => (isAdmin(principal) ? boards : ofMetrics),
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
function presentable(error: unknown, source: Board['source'], isLate: boolean): unknown {
  if (error instanceof PrometheusAway && source === 'loki')
    return new AioError('loki_away', 'Loki does not answer.', { cause: error });
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

/** After this time, late scrapes become visible. */
const KEEP_AT_MOST_MS = 30_000;

/** Values are text, because JSON has no infinity and no NaN. */
type KeptSeries = { labels: Series['labels']; samples: [at: number, value: string][] };

/**
 * Caches range queries, so that users of one dashboard share them. The key contains the end of the
 * grid, whose next point is one step away, so users miss no point.
 */
export function shareQueries(
  prometheus: PrometheusApi,
  cache: Pick<SharedCache, 'read'>,
): PrometheusApi {
  return {
    ...prometheus,
    async queryRange(promql, range) {
      const key = JSON.stringify([promql, range.from, range.to, range.stepSeconds]);
      const kept = {
        cache: 'board_queries',
        key,
        keepMs: Math.min(range.stepSeconds * 1000, KEEP_AT_MOST_MS),
      } as const;
      const series = await cache.read(kept, async () =>
        (await prometheus.queryRange(promql, range)).map(toKept),
      );
      return series.map(fromKept);
    },
  };
}

function toKept({ labels, samples }: Series): KeptSeries {
  return { labels, samples: samples.map(({ at, value }) => [at, String(value)]) };
}

function fromKept({ labels, samples }: KeptSeries): Series {
  return { labels, samples: samples.map(([at, value]) => ({ at, value: Number(value) })) };
}
