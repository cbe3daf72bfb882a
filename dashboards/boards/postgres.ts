import { and, max, min, orZero, plus, sum } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { perSecond, share, topTen } from '@aio/boards/queries';
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
const BY_TABLE = ['relname'] as const;
const dead = sum(selectForeign('pg_stat_user_tables_n_dead_tup'), BY_TABLE);
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
  absent: NO_EXPORTER,
  rows: [
    verdict([
      stat({
        title: 'PostgreSQL up',
        description:
          'Whether the exporter reaches PostgreSQL. "No exporter": this board has no data; run ' +
          '`npm run servers -- postgres-exporter`.',
        unit: 'share',
        queries: [draw(up, 'up')],
        limits: below(null, 1),
      }),
      stat({
        title: 'Waiting for locks',
        description: 'Sessions that wait for a lock of another session.',
        unit: 'count',
        queries: [draw(lockWaits, 'waiting')],
        limits: above(3, 20),
      }),
      stat({
        title: 'Longest transaction',
        description:
          'Oldest open transaction. Until it ends, PostgreSQL cannot remove rows that died after ' +
          'it began.',
        unit: 'seconds',
        queries: [draw(max(openTransactions), 'longest')],
        limits: above(60, 600),
      }),
      stat({
        title: 'Found in memory',
        description:
          'Share of blocks found in the memory of PostgreSQL. Low: too little memory, or a query ' +
          'that scans whole tables.',
        unit: 'share',
        queries: [draw(share(hits, plus(hits, reads)), 'hits')],
        limits: below(0.95, 0.8),
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
        title: 'Connections against the limit',
        description: 'All clients: API, workers, exporter, people.',
        unit: 'count',
        queries: [draw(connections, 'connections'), draw(limit, 'limit')],
        links: [toBoard('runtime')],
      }),
    ]),
    charts('Transactions', 2, [
      lines({
        title: 'Commits and rollbacks',
        description: 'Transactions per second. Rollbacks are failed or cancelled queries.',
        unit: 'perSecond',
        queries: [draw(commits, 'commits'), draw(rollbacks, 'rollbacks')],
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
        title: 'Largest tables',
        description: 'Including their indexes.',
        unit: 'bytes',
        queries: [draw(topTen(tableBytes), '{{relname}}')],
      }),
      lines({
        title: 'Size of the databases',
        description: 'Tables and indexes of each database.',
        unit: 'bytes',
        queries: [draw(size, '{{datname}}')],
      }),
    ]),
  ],
};
