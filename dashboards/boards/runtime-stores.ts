import { and, count, max, sum } from '@aio/slo/promql';
import { bucketsOf, select } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import { above } from '@aio/boards/limits';
import { draw, lines } from '@aio/boards/panel';
import { perSecond, quantileOf } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { BY_PROCESS, PROCESS } from './runtime-telemetry.ts';

const pool = (state: 'active' | 'idle') => select('databasePoolConnections', { ...TARGET, state });

/** Without a replica, its counters stay 0. */
const hasReplica = count(select('databaseReplicaStaleness', TARGET));

/** The stores, as AIO's processes see them: rows of the board `runtime`. */
export const STORE_ROWS = [
  charts('PostgreSQL', 3, [
    lines({
      title: 'Connections of the pools',
      description: 'Connections by state, and the most that they may be, over all processes.',
      unit: 'count',
      queries: [
        draw(sum(pool('active')), 'active'),
        draw(sum(pool('idle')), 'idle'),
        draw(sum(select('databasePoolLimit', TARGET)), 'most'),
      ],
    }),
    lines({
      title: 'Callers waiting for a connection',
      description:
        'By process. More than one for long: queries are slow, or the pool is too small.',
      unit: 'count',
      queries: [draw(max(select('databasePoolWaiting', TARGET), BY_PROCESS), PROCESS)],
      limits: above(1, 10),
    }),
    lines({
      title: 'Queries, P95',
      description: 'By name of the function. If one query is slow, suspect its plan or a lock.',
      unit: 'seconds',
      queries: [
        draw(quantileOf(0.95, bucketsOf('databaseQueryDuration', TARGET), ['query']), '{{query}}'),
      ],
      limits: above(0.5, null),
    }),
  ]),
  charts('Read replica', 2, [
    lines({
      title: 'Queries of lists, replica or primary',
      description:
        'Queries per second for lists, searches and statistics: answered by the replica, or by the primary with the reason.',
      unit: 'perSecond',
      stacked: true,
      queries: [
        draw(and(perSecond(select('databaseReads', TARGET), ['by']), hasReplica, []), '{{by}}'),
      ],
      absent: 'no read replica',
    }),
    lines({
      title: 'Age of the read replica',
      description:
        'Greatest possible age of its rows, by API. Above DATABASE_READ_STALENESS_MS (5 s), ' +
        'the API reads from the primary.',
      unit: 'seconds',
      queries: [draw(max(select('databaseReplicaStaleness', TARGET), BY_PROCESS), PROCESS)],
      limits: above(5, null),
      absent: 'no read replica',
    }),
  ]),
];
