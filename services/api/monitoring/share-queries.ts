import type { SharedCache } from '@aio/platform/shared-cache';
import type { PrometheusApi, Series } from '@aio/query/prometheus';

/** What was scraped late is seen then. */
const KEEP_AT_MOST_MS = 30_000;

/** JSON has no infinity and no NaN: values travel as texts. */
type KeptSeries = { labels: Series['labels']; samples: [at: number, value: string][] };

/**
 * People who look at one board ask the same queries: all whose grid ends at the same point get one answer. A grid's
 * next point is a step away, so that nobody sees less than with a question of their own.
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
