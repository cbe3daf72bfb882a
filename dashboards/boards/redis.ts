import { divide, max, min, where } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { perSecond, share, topTen } from '@aio/boards/queries';
import { NO_EXPORTER, verdict } from './verdict-tiles.ts';

const used = max(selectForeign('redis_memory_used_bytes'));
/** 0 = no limit. */
const limit = where(max(selectForeign('redis_memory_max_bytes')), '>', 0);
const clients = max(selectForeign('redis_connected_clients'));
const evicted = perSecond(selectForeign('redis_evicted_keys_total'));
const calls = perSecond(selectForeign('redis_commands_total'), ['cmd']);
const callSeconds = perSecond(selectForeign('redis_commands_duration_seconds_total'), ['cmd']);

/** Redis, as redis_exporter sees it. It holds no state that matters, but jobs wait in it. */
export const REDIS: Board = {
  name: 'redis',
  description: 'Does Redis have room, refuse or drop anything, and answer fast?',
  next: ['queueAndWorkers', 'runtime'],
  absent: NO_EXPORTER,
  rows: [
    verdict([
      stat({
        title: 'Redis up',
        description:
          'Whether the exporter reaches Redis. "No exporter": this board has no data; run `npm ' +
          'run servers -- redis-exporter`.',
        unit: 'share',
        queries: [draw(min(selectForeign('redis_up')), 'up')],
        limits: below(null, 1),
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
        title: 'Last write to disk',
        description:
          '100 % = Redis wrote the append-only file. Below: a restart of Redis loses jobs.',
        unit: 'share',
        queries: [draw(min(selectForeign('redis_aof_last_write_status')), 'written')],
        limits: below(null, 1),
      }),
    ]),
    charts('Memory and clients', 4, [
      lines({
        title: 'Memory against the limit',
        description: 'One line: Redis has no limit.',
        unit: 'bytes',
        queries: [draw(used, 'used'), draw(limit, 'limit')],
      }),
      lines({
        title: 'Keys',
        description: 'By database. BullMQ has some keys for each waiting or recently finished job.',
        unit: 'count',
        queries: [draw(max(selectForeign('redis_db_keys'), ['db']), '{{db}}')],
        links: [toBoard('queueAndWorkers')],
      }),
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
    ]),
    charts('Commands', 3, [
      lines({
        title: 'Errors',
        description: 'Error replies per second. `OOM`: the memory is full.',
        unit: 'perSecond',
        queries: [draw(perSecond(selectForeign('redis_errors_total'), ['err']), '{{err}}')],
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
    ]),
  ],
};
