import { and, divide, increase, max, min, orZero, plus, sum, times } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { WHOLE_RANGE, perSecond, share, topTen } from '@aio/boards/queries';
import { CONNECTIONS_FULL } from './forecasts.ts';
import { NO_EXPORTER, verdict } from './verdict-tiles.ts';

const sessions = selectForeign('pg_stat_activity_count');
const connections = sum(selectForeign('pg_stat_database_numbackends'));
const limit = max(selectForeign('pg_settings_max_connections'));
const waitingFor = (kind: string | { not: string }) =>
  sum(selectForeign('pg_stat_activity_count', { state: 'active', wait_event_type: kind }), [
    'wait_event_type',
  ]);
const up = min(selectForeign('pg_up'));
/** Without the exporter, the figure is unknown, not 0. */
const lockWaits = and(
  orZero(sum(selectForeign('pg_stat_activity_count', { wait_event_type: 'Lock' }))),
  up,
  [],
);
const BY_STATE = ['state'] as const;
const openTransactions = selectForeign('pg_stat_activity_max_tx_duration', {
  state: { matches: 'active|idle in transaction.*' },
});
const commits = perSecond(selectForeign('pg_stat_database_xact_commit'));
const rollbacks = perSecond(selectForeign('pg_stat_database_xact_rollback'));
const hits = perSecond(selectForeign('pg_stat_database_blks_hit'));
const reads = perSecond(selectForeign('pg_stat_database_blks_read'));
const rows = (what: 'inserted' | 'updated' | 'deleted') =>
  perSecond(selectForeign(`pg_stat_database_tup_${what}`));
const BLOCK_BYTES = 8192;
const BY_TABLE = ['relname'] as const;
const dead = sum(selectForeign('pg_stat_user_tables_n_dead_tup'), BY_TABLE);
const live = sum(selectForeign('pg_stat_user_tables_n_live_tup'), BY_TABLE);
const tableBytes = plus(
  sum(selectForeign('pg_stat_user_tables_table_size_bytes'), BY_TABLE),
  sum(selectForeign('pg_stat_user_tables_index_size_bytes'), BY_TABLE),
);
const size = sum(selectForeign('pg_database_size_bytes'), ['datname']);

/** PostgreSQL, as postgres_exporter sees it. */
export const POSTGRES: Board = {
  name: 'postgres',
  description: 'Is PostgreSQL the bottleneck, and why: connections, locks, reads, dead rows?',
  next: ['runtime', 'host'],
  rows: [
    verdict('postgres', 8, [
      stat({
        title: 'PostgreSQL up',
        description:
          'Whether the exporter reaches PostgreSQL. "No exporter": this board has no data; run ' +
          '`npm run servers -- postgres-exporter`.',
        unit: 'share',
        queries: [draw(up, 'up')],
        limits: below(null, 1),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Connections used',
        description:
          'Share of `max_connections`, of all clients. At 100 %, PostgreSQL refuses new ' +
          'connections.',
        unit: 'share',
        queries: [draw(divide(connections, limit), 'used')],
        limits: above(0.7, 0.9),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Waiting for locks',
        description: 'Sessions that wait for a lock of another session.',
        unit: 'count',
        queries: [draw(lockWaits, 'waiting')],
        limits: above(3, 20),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Longest transaction',
        description:
          'Oldest open transaction. Until it ends, PostgreSQL cannot remove rows that died after ' +
          'it began.',
        unit: 'seconds',
        queries: [draw(max(openTransactions), 'longest')],
        limits: above(60, 600),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Found in memory',
        description:
          'Share of blocks found in the memory of PostgreSQL. Low: too little memory, or a query ' +
          'that scans whole tables.',
        unit: 'share',
        queries: [draw(share(hits, plus(hits, reads)), 'hits')],
        limits: below(0.95, 0.8),
        absent: NO_EXPORTER,
      }),
    ]),
    charts('What sessions do and wait for', 3, [
      lines({
        title: 'Active sessions by what they wait for',
        description:
          'Sessions that execute a statement. `Lock`: wait for another session. `IO`: for the ' +
          'disk. `LWLock`: for each other inside PostgreSQL. Working: they wait for nothing, the ' +
          'processor is the limit.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(
            sum(selectForeign('pg_stat_activity_count', { state: 'active', wait_event_type: '' })),
            'working',
          ),
          draw(waitingFor({ not: '' }), '{{wait_event_type}}'),
        ],
      }),
      lines({
        title: 'Sessions by state',
        description:
          'A session `idle in transaction` holds locks and does nothing. AIO never keeps one for long.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(sessions, BY_STATE), '{{state}}')],
      }),
      lines({
        title: 'Sessions waiting for locks',
        description:
          'Many for long: one transaction holds a lock that all need. See "Longest transaction".',
        unit: 'count',
        queries: [draw(lockWaits, 'waiting')],
        limits: above(3, 20),
      }),
    ]),
    charts('Connections and transactions', 4, [
      lines({
        title: 'Connections against the limit',
        description: 'All clients: API, workers, exporter, people.',
        unit: 'count',
        queries: [draw(connections, 'connections'), draw(limit, 'limit')],
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Connections full in',
        description:
          'Time until the limit is reached, at the pace of the last hour. Empty: not within ten ' +
          'hours.',
        unit: 'seconds',
        queries: [draw(CONNECTIONS_FULL, 'until full')],
        limits: below(3600, 900),
      }),
      lines({
        title: 'Commits and rollbacks',
        description: 'Transactions per second. Rollbacks are failed or cancelled queries.',
        unit: 'perSecond',
        queries: [draw(commits, 'commits'), draw(rollbacks, 'rollbacks')],
      }),
      lines({
        title: 'Longest transaction by state',
        description: 'Age of the oldest open transaction.',
        unit: 'seconds',
        queries: [draw(max(openTransactions, BY_STATE), '{{state}}')],
        limits: above(60, 600),
      }),
    ]),
    charts('Reads and writes', 4, [
      lines({
        title: 'Blocks found in memory',
        description: 'Share of the blocks read. The rest came from the disk or its cache.',
        unit: 'share',
        fitted: true,
        max: 1,
        queries: [draw(share(hits, plus(hits, reads)), 'hits')],
        limits: below(0.95, 0.8),
      }),
      lines({
        title: 'Read from outside of memory',
        description:
          "Blocks that PostgreSQL requested from the system. Many are in the system's cache.",
        unit: 'bytesPerSecond',
        queries: [draw(times(reads, BLOCK_BYTES), 'read')],
        links: [toBoard('host')],
      }),
      lines({
        title: 'Rows written',
        description: 'Rows per second. Updates leave dead rows.',
        unit: 'perSecond',
        queries: [
          draw(rows('inserted'), 'inserted'),
          draw(rows('updated'), 'updated'),
          draw(rows('deleted'), 'deleted'),
        ],
      }),
      lines({
        title: 'Temporary files',
        description: 'Sorts and joins that do not fit into `work_mem` go to the disk.',
        unit: 'bytesPerSecond',
        queries: [draw(perSecond(selectForeign('pg_stat_database_temp_bytes')), 'written')],
      }),
    ]),
    charts('Tables', 4, [
      ranking({
        title: 'Rows read by scans of whole tables',
        description: 'Rows per second, by table. A large table here needs an index.',
        unit: 'perSecond',
        queries: [
          draw(
            topTen(perSecond(selectForeign('pg_stat_user_tables_seq_tup_read'), BY_TABLE)),
            '{{relname}}',
          ),
        ],
      }),
      ranking({
        title: 'Dead rows',
        description: 'Rows that vacuum has not removed yet. They use space and slow down scans.',
        unit: 'count',
        queries: [draw(topTen(dead), '{{relname}}')],
      }),
      ranking({
        title: 'Share of dead rows',
        description:
          'Share of all rows of a table. Above half for long: autovacuum does not keep up, or an ' +
          'open transaction blocks it.',
        unit: 'share',
        queries: [draw(topTen(share(dead, plus(dead, live))), '{{relname}}')],
        limits: above(0.5, 0.9),
      }),
      ranking({
        title: 'Largest tables',
        description: 'Including their indexes.',
        unit: 'bytes',
        queries: [draw(topTen(tableBytes), '{{relname}}')],
      }),
    ]),
    charts('Size', 3, [
      lines({
        title: 'Size of the databases',
        description: 'Tables and indexes of each database.',
        unit: 'bytes',
        queries: [draw(size, '{{datname}}')],
      }),
      lines({
        title: 'Dead rows of all tables',
        description: 'Saw-tooth pattern: vacuum keeps up. Rising without end: it does not.',
        unit: 'count',
        queries: [draw(sum(selectForeign('pg_stat_user_tables_n_dead_tup')), 'dead rows')],
      }),
      ranking({
        title: 'Deadlocks in range',
        description: 'Transactions that PostgreSQL aborted because two waited for each other.',
        unit: 'count',
        queries: [
          draw(
            sum(increase(selectForeign('pg_stat_database_deadlocks'), WHOLE_RANGE), ['datname']),
            '{{datname}}',
          ),
        ],
        limits: above(1, null),
      }),
    ]),
  ],
};
