import type { MetricDefinitions } from '../metric.ts';

export const DATABASE_METRICS = {
  databasePoolConnections: {
    name: 'aio_database_pool_connections',
    type: 'gauge',
    help: 'Connections of the pool.',
    unit: 'count',
    labels: { state: ['active', 'idle'] },
    exposedBy: 'both',
  },
  databasePoolLimit: {
    name: 'aio_database_pool_limit',
    type: 'gauge',
    help: 'Connections that the pool opens at most.',
    unit: 'count',
    labels: {},
    exposedBy: 'both',
  },
  databasePoolWaiting: {
    name: 'aio_database_pool_waiting',
    type: 'gauge',
    help: 'Callers that wait for a connection of the pool.',
    unit: 'count',
    labels: {},
    exposedBy: 'both',
  },
  databaseQueryDuration: {
    name: 'aio_database_query_duration_seconds',
    type: 'histogram',
    help: 'Time of a query on its connection, failed ones included; a wait for a connection is not part of it.',
    unit: 'seconds',
    /** The name of the query's function. */
    labels: { query: { upTo: 100 } },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    exemplars: false,
    exposedBy: 'both',
  },
  backupAt: {
    name: 'aio_backup_timestamp_seconds',
    type: 'gauge',
    help: 'When the database was last saved, in seconds since 1970: by its archive of the log, by a dump. Absent for a way that is not used.',
    unit: 'seconds',
    labels: { way: ['archive', 'dump'] },
    exposedBy: 'api',
  },
  dependencyUp: {
    name: 'aio_dependency_up',
    type: 'gauge',
    help: '1 = the last probe was answered, 0 = it was not. `redis` is that of the queue; `redis_cache` is there where sessions and caches have one of their own.',
    unit: 'count',
    labels: { dependency: ['database', 'redis', 'redis_cache'] },
    exposedBy: 'both',
  },
} as const satisfies MetricDefinitions;
