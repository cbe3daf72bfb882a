import type { SharedCache } from '@aio/platform/shared-cache';
import type { PrometheusApi, Series } from '@aio/query/prometheus';

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
