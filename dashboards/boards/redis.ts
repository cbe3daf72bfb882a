import { divide, max, min, where } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { perSecond, share, topTen } from '@aio/boards/queries';
import { REDIS_FULL } from './forecasts.ts';
import { NO_EXPORTER, verdict } from './verdict-tiles.ts';

const used = max(selectForeign('redis_memory_used_bytes'));
/** 0 = no limit. */
const limit = where(max(selectForeign('redis_memory_max_bytes')), '>', 0);
const clients = max(selectForeign('redis_connected_clients'));
const evicted = perSecond(selectForeign('redis_evicted_keys_total'));
const refused = perSecond(selectForeign('redis_rejected_connections_total'));
const commands = perSecond(selectForeign('redis_commands_processed_total'));
const calls = perSecond(selectForeign('redis_commands_total'), ['cmd']);
const callSeconds = perSecond(selectForeign('redis_commands_duration_seconds_total'), ['cmd']);

/** Redis, as redis_exporter sees it. It holds no state that matters, but jobs wait in it. */
export const REDIS: Board = {
  name: 'redis',
  description: 'Does Redis have room, refuse or drop anything, and answer fast?',
  next: ['queueAndWorkers', 'runtime'],
  rows: [
    verdict('redis', 8, [
      stat({
        title: 'Redis up',
        description:
          'Whether the exporter reaches Redis. "No exporter": this board has no data; run `npm ' +
          'run servers -- redis-exporter`.',
        unit: 'share',
        queries: [draw(min(selectForeign('redis_up')), 'up')],
        limits: below(null, 1),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Memory used',
        description:
          'Share of `maxmemory`. When it is full, Redis refuses writes, and jobs wait for the ' +
          'reconcilers. "No limit": the memory of the machine is the limit.',
        unit: 'share',
        queries: [draw(divide(used, limit), 'used')],
        limits: above(0.7, 0.9),
        absent: 'no limit',
      }),
      stat({
        title: 'Keys evicted',
        description: 'Per second. Must be 0: each key is a job or counter that AIO needs.',
        unit: 'perSecond',
        queries: [draw(evicted, 'evicted')],
        limits: above(null, 0.001),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Connections refused',
        description: 'Per second, because the limit of clients is reached.',
        unit: 'perSecond',
        queries: [draw(refused, 'refused')],
        limits: above(null, 0.001),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Last write to disk',
        description:
          '100 % = Redis wrote the append-only file. Below: a restart of Redis loses jobs.',
        unit: 'share',
        queries: [draw(min(selectForeign('redis_aof_last_write_status')), 'written')],
        limits: below(null, 1),
        absent: NO_EXPORTER,
      }),
    ]),
    charts('Memory', 4, [
      lines({
        title: 'Memory against the limit',
        description: 'One line: Redis has no limit.',
        unit: 'bytes',
        queries: [draw(used, 'used'), draw(limit, 'limit')],
      }),
      lines({
        title: 'Memory full in',
        description:
          'Time until Redis reaches its limit, at the pace of the last hour. Empty: not within ' +
          'ten hours, or no limit.',
        unit: 'seconds',
        queries: [draw(REDIS_FULL, 'until full')],
        limits: below(3600, 900),
      }),
      lines({
        title: 'Keys',
        description: 'By database. BullMQ has some keys for each waiting or recently finished job.',
        unit: 'count',
        queries: [draw(max(selectForeign('redis_db_keys'), ['db']), '{{db}}')],
        links: [toBoard('queueAndWorkers')],
      }),
      lines({
        title: 'Fragmentation',
        description:
          'Memory taken from the system / memory in use. If it is far above 1 and memory is ' +
          'large, restart Redis.',
        unit: 'factor',
        queries: [draw(max(selectForeign('redis_mem_fragmentation_ratio')), 'ratio')],
      }),
    ]),
    charts('Keys and clients', 3, [
      lines({
        title: 'Evicted and expired',
        description: 'Keys per second. Expired sessions and counters are normal.',
        unit: 'perSecond',
        queries: [
          draw(evicted, 'evicted'),
          draw(perSecond(selectForeign('redis_expired_keys_total')), 'expired'),
        ],
      }),
      lines({
        title: 'Clients',
        description: 'Connections and their limit. Workers block while they wait for jobs.',
        unit: 'count',
        logarithmic: true,
        queries: [
          draw(clients, 'connected'),
          draw(max(selectForeign('redis_blocked_clients')), 'waiting for jobs'),
          draw(max(selectForeign('redis_config_maxclients')), 'limit'),
        ],
      }),
      lines({
        title: 'Errors',
        description: 'Error replies per second. `OOM`: the memory is full.',
        unit: 'perSecond',
        queries: [draw(perSecond(selectForeign('redis_errors_total'), ['err']), '{{err}}')],
      }),
    ]),
    charts('Commands', 4, [
      lines({
        title: 'Commands',
        description: 'Commands per second.',
        unit: 'perSecond',
        queries: [draw(commands, 'commands')],
      }),
      lines({
        title: 'Time in commands',
        description:
          'Share of time that Redis executes commands. It has one thread for them: at 100 % it ' +
          'is full.',
        unit: 'share',
        queries: [
          draw(perSecond(selectForeign('redis_commands_duration_seconds_total')), 'working'),
        ],
        limits: above(0.5, 0.8),
      }),
      ranking({
        title: 'Slowest commands',
        description: 'Average time per call, without network and queueing.',
        unit: 'seconds',
        queries: [draw(topTen(share(callSeconds, calls)), '{{cmd}}')],
      }),
      ranking({
        title: 'Most time by command',
        description: 'Seconds of work per second, by command.',
        unit: 'share',
        queries: [draw(topTen(callSeconds), '{{cmd}}')],
      }),
    ]),
    charts('Network and persistence', 3, [
      lines({
        title: 'Traffic',
        description: 'Bytes per second in and out.',
        unit: 'bytesPerSecond',
        queries: [
          draw(perSecond(selectForeign('redis_net_input_bytes_total')), 'in'),
          draw(perSecond(selectForeign('redis_net_output_bytes_total')), 'out'),
        ],
      }),
      lines({
        title: 'Append-only file',
        description: 'Size of the file. Redis rewrites it when it has doubled.',
        unit: 'bytes',
        queries: [draw(max(selectForeign('redis_aof_current_size_bytes')), 'size')],
      }),
      lines({
        title: 'Changes since the last snapshot',
        description: 'With the append-only file enabled, no change depends on a snapshot.',
        unit: 'count',
        queries: [
          draw(max(selectForeign('redis_rdb_changes_since_last_save')), 'changes'),
          draw(max(selectForeign('redis_aof_enabled')), 'append-only file on'),
        ],
      }),
    ]),
  ],
};
