import { ATTRIBUTES } from '@aio/catalog/attributes';
import type { Metrics } from '@aio/catalog/instruments';
import type { QueryObserver } from '@aio/platform/pool';
import { recordError, type Tracing } from '@aio/runtime/tracing';

const POSTGRESQL = { [ATTRIBUTES.dbSystemName]: 'postgresql' };

/** Every query is measured; one of a request that is traced, and not answered yet, is a span of it. */
export function observeQueries(deps: {
  metrics: Pick<Metrics<'api'>, 'databaseQueryDuration'>;
  tracing: Pick<Tracing, 'startChild'>;
}): QueryObserver {
  const { metrics, tracing } = deps;
  return ({ name: query }) => {
    const startedAt = performance.now();
    const span = tracing.startChild('database', { query }, POSTGRESQL);
    return (error) => {
      metrics.databaseQueryDuration.observe({ query }, (performance.now() - startedAt) / 1000);
      if (span === undefined) return;
      if (error !== undefined) recordError(span, error);
      span.end();
    };
  };
}
