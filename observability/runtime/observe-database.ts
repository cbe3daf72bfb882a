import type { Span } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import { describeQuery, describeServer, type DatabaseServer } from '@aio/tracing/describe-query';
import { recordError, type Tracing } from './tracing.ts';
import { AsyncLocalStorage } from 'node:async_hooks';

export { describeServer } from '@aio/tracing/describe-query';

interface Query {
  /** Name of its function, e.g. `get-approval`. */
  name: string;
  text: string;
}

/** @param sqlState SQLSTATE of the server's error */
type End = (error?: unknown, sqlState?: string) => void;

/** Hooks of a connection pool (`PoolOptions` of platform). */
export interface DatabaseObserver {
  query(query: Query): End;
  wait(): End;
}

/**
 * Measures every query. In a sampled trace, queries and waits for a connection become spans. A statement that serves many
 * runs is in no trace.
 */
export function observeDatabase(deps: {
  metrics: Pick<Metrics<'api'>, 'databaseQueryDuration'>;
  tracing: Pick<Tracing, 'startChild'>;
}): (server: DatabaseServer) => DatabaseObserver {
  const { metrics, tracing } = deps;
  return (server) => {
    const described = describeServer(server);
    return {
      query(query) {
        const startedAt = performance.now();
        const { name } = query;
        const span = tracing.startChild('database', { query: name }, described);
        span?.setAttributes(describeQuery(query));
        const time = currentDatabaseTime();
        return (error, sqlState) => {
          const ms = performance.now() - startedAt;
          metrics.databaseQueryDuration.observe({ query: name }, ms / 1000);
          if (time !== undefined) time.ms += ms;
          if (span !== undefined) end(span, error, sqlState);
        };
      },
      wait() {
        const span = tracing.startChild('connectionWait', {}, described);
        return (error, sqlState) => {
          if (span !== undefined) end(span, error, sqlState);
        };
      },
    };
  };
}

function end(span: Span, error: unknown, sqlState: string | undefined): void {
  if (error !== undefined) recordError(span, error);
  if (sqlState !== undefined) span.setAttribute(ATTRIBUTES.dbResponseStatusCode, sqlState);
  span.end();
}

/** Total time of queries. Concurrent queries count each. */
export interface DatabaseTime {
  ms: number;
}

const current = new AsyncLocalStorage<DatabaseTime>();

/** Runs `work` and adds the time of its queries to `time`. */
export function countDatabaseTime<T>(time: DatabaseTime, work: () => T): T {
  return current.run(time, work);
}

/** Counter for a query that starts now; undefined outside `countDatabaseTime`. */
function currentDatabaseTime(): DatabaseTime | undefined {
  return current.getStore();
}
