import { AioError } from '@aio/core/errors';
import type { SharedCache } from '@aio/platform/shared-cache';
import { type AlertmanagerApi, createAlertmanagerApi } from '@aio/query/alertmanager';
import { type Board, readBoards, readLogBoards } from '@aio/query/boards';
import {
  createPrometheusApi,
  type PrometheusApi,
  PrometheusAway,
  QueryError,
} from '@aio/query/prometheus';
import { readRunbooks, type Runbook } from '@aio/query/runbooks';
import { shareQueries } from './share-queries.ts';

/** The generated boards and the runbooks, and the Prometheus that answers their queries. */
export interface Monitoring {
  /** That of logs only where there is a Loki. */
  boards: ReadonlyMap<string, Board>;
  /** By the names of their alerts. */
  runbooks: ReadonlyMap<string, Runbook>;
  /** Whether there is a Prometheus to ask. */
  isConfigured: boolean;
  /** Where people find the same boards in Grafana; null = nowhere. */
  grafanaUrl: string | null;
  /** null = there is none. */
  alertmanager: AlertmanagerApi | null;
  /**
   * Asks Prometheus whatever `work` asks, for ten seconds at most; or Loki, which answers queries of series as
   * Prometheus does.
   * @throws AioError `prometheus_not_configured`, `prometheus_away`, `loki_away`, `query_failed`
   */
  ask<T>(work: (prometheus: PrometheusApi) => Promise<T>, source?: Board['source']): Promise<T>;
  /** Seconds between two scrapes. Throws as `ask` does. */
  scrapeSeconds(): Promise<number>;
}

const ANSWER_WITHIN_MS = 10_000;
/** Its configuration changes with a restart. */
const KEEP_SCRAPE_SECONDS_MS = 60_000;

/** @param urls origins; empty = there is no such thing */
export function createMonitoring(
  urls: {
    prometheusUrl: string;
    lokiUrl: string;
    alertmanagerUrl: string;
    grafanaUiUrl: string;
  },
  cache: Pick<SharedCache, 'read'>,
): Monitoring {
  const { prometheusUrl, lokiUrl, alertmanagerUrl } = urls;
  const boards = [...readBoards(), ...(lokiUrl === '' ? [] : readLogBoards())];
  let scrape: { seconds: number; untilMs: number } | null = null;

  async function ask<T>(
    work: (prometheus: PrometheusApi) => Promise<T>,
    source: Board['source'] = 'prometheus',
  ): Promise<T> {
    if (source === 'prometheus' && prometheusUrl === '')
      throw new AioError('prometheus_not_configured', 'PROMETHEUS_URL names no Prometheus.');
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      if (source === 'loki')
        return await work(createPrometheusApi(`${lokiUrl.replace(/\/+$/, '')}/loki`, { signal }));
      return await work(shareQueries(createPrometheusApi(prometheusUrl, { signal }), cache));
    } catch (error) {
      throw presentable(error, source);
    }
  }

  return {
    boards: new Map(boards.map((board) => [board.uid, board])),
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

/** The boards' queries are ours: one that Prometheus does not understand is a bug, and stays one. */
function presentable(error: unknown, source: Board['source']): unknown {
  if (error instanceof PrometheusAway && source === 'loki')
    return new AioError('loki_away', 'Loki does not answer.', { cause: error });
  if (error instanceof PrometheusAway)
    // The cause has the URL, for the log alone.
    return new AioError('prometheus_away', 'Prometheus does not answer.', { cause: error });
  if (error instanceof QueryError && error.kind !== 'bad_data')
    return new AioError('query_failed', `Prometheus: ${error.message}.`, { cause: error });
  return error;
}
