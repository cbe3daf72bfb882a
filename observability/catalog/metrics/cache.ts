import { CACHES } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

export const CACHE_METRICS = {
  cacheReads: {
    name: 'aio_cache_reads_total',
    type: 'counter',
    help: 'Cache reads, by where the value was found: in the memory of the process, in Redis or nowhere. Board queries are cached only in Redis.',
    unit: 'count',
    labels: { cache: CACHES, found: ['memory', 'redis', 'nowhere'] },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
