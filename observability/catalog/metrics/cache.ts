import { CACHES } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

export const CACHE_METRICS = {
  cacheReads: {
    name: 'aio_cache_reads_total',
    type: 'counter',
    help: 'Values that were looked for in a cache, by where they were: in the memory of the process, in Redis, nowhere. Board queries are kept in Redis alone.',
    unit: 'count',
    labels: { cache: CACHES, found: ['memory', 'redis', 'nowhere'] },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
