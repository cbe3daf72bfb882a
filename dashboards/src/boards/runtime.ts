import { CERTIFICATE_NOTICE, MAX_BACKUP_AGE, PARTITIONS_NOTICE } from '@aio/catalog/alerts/upkeep';
import {
  type Query,
  age,
  avg,
  changes,
  divide,
  max,
  min,
  plus,
  rate,
  sum,
  timeLeft,
} from '@aio/catalog/promql';
import { processHistogram, select, selectForeign, selectProcess } from '@aio/catalog/select';
import { SLOS, errorBudget } from '@aio/catalog/slos';
import { inSeconds } from '@aio/catalog/time-scale';
import { type Board, charts } from '../board.ts';
import { above, below } from '../limits.ts';
import { PALETTE } from '../palette.ts';
import { draw, lines, ranking, stat, timeline } from '../panel.ts';
import { INTERVAL, WHOLE_RANGE, share, topTen } from '../queries.ts';
import { TARGET } from '../variables.ts';
import { verdict } from './verdict-tiles.ts';
import { DATABASE_ROWS } from './runtime-database.ts';
import { OUTPUT_STORE } from './runtime-outputs.ts';
import { BY_PROCESS, PROCESS, TELEMETRY_ROWS } from './runtime-telemetry.ts';

const UP_OR_DOWN = [
  { value: 1, text: 'up', color: PALETTE.teal },
  { value: 0, text: 'DOWN', color: PALETTE.vermilion },
] as const;

const up = selectForeign('up', TARGET);
const lag = selectProcess('nodejs_eventloop_lag_p99_seconds', TARGET);
const exported = sum(rate(select('spansExported', TARGET), INTERVAL));
const dropped = sum(rate(select('spansDropped', TARGET), INTERVAL));
const lost: Query = share(dropped, plus(exported, dropped));
const budget = errorBudget(SLOS.telemetryLoss);

/** The processes themselves, what they stand on, and what observing them costs and loses. */
export const RUNTIME: Board = {
  name: 'runtime',
  description: 'Are the processes and what they stand on healthy, and does telemetry tell it all?',
  next: ['postgres', 'redis', 'host'],
  rows: [
    verdict('runtime', 8, [
      stat({
        title: 'Dependencies up',
        description: '100 % = every process reaches the database and Redis.',
        unit: 'share',
        queries: [draw(avg(select('dependencyUp', TARGET)), 'up')],
        limits: below(1, 0.5),
      }),
      stat({
        title: 'Event loop, worst P99',
        description: 'Of the process that is latest. High: too much work at once in one process.',
        unit: 'seconds',
        queries: [draw(max(lag), 'P99')],
        limits: above(0.1, 0.25),
      }),
      stat({
        title: 'Waiting for the database',
        description: 'Callers that wait for a connection of a pool, over all processes.',
        unit: 'count',
        queries: [draw(sum(select('databasePoolWaiting', TARGET)), 'waiting')],
        limits: above(1, 10),
      }),
      stat({
        title: 'Spans lost',
        description: 'Share of sampled spans that did not reach the collector.',
        unit: 'share',
        queries: [draw(lost, 'lost')],
        limits: above(budget, budget * 5),
      }),
      stat({
        title: 'Samples in a scrape',
        description:
          'Of the largest answer to a scrape. Thousands more: a label that is not bounded.',
        unit: 'count',
        queries: [draw(max(selectForeign('scrape_samples_scraped', TARGET)), 'samples')],
        limits: above(5000, 10_000),
      }),
    ]),
    charts('Up or down', 2, [
      timeline({
        title: 'Targets up',
        description: 'Whether Prometheus could read each process at its scrapes.',
        unit: 'count',
        queries: [draw(up, PROCESS)],
        words: UP_OR_DOWN,
      }),
      timeline({
        title: 'Dependencies',
        description: 'Whether each process reached the database and Redis at its last probe.',
        unit: 'count',
        queries: [
          draw(
            min(select('dependencyUp', TARGET), ['dependency', 'job', 'instance']),
            '{{dependency}} from {{job}} {{instance}}',
          ),
        ],
        words: UP_OR_DOWN,
      }),
    ]),
    charts('Process', 4, [
      lines({
        title: 'Event loop lag',
        description: 'P99 of each process: everything it answers is late by as much.',
        unit: 'seconds',
        queries: [draw(max(lag, BY_PROCESS), PROCESS)],
        limits: above(0.1, 0.25),
      }),
      lines({
        title: 'Processor',
        description: 'Cores that each process uses; one thread of JavaScript fills about one.',
        unit: 'count',
        queries: [
          draw(
            sum(rate(selectProcess('process_cpu_seconds_total', TARGET), INTERVAL), BY_PROCESS),
            PROCESS,
          ),
        ],
        limits: above(0.9, null),
      }),
      lines({
        title: 'Memory',
        description: 'Resident memory. Rising without end: a leak; compare with the heap.',
        unit: 'bytes',
        queries: [
          draw(max(selectProcess('process_resident_memory_bytes', TARGET), BY_PROCESS), PROCESS),
        ],
      }),
      lines({
        title: 'Heap used',
        description: 'Objects of JavaScript; saw teeth are collections.',
        unit: 'bytes',
        queries: [
          draw(max(selectProcess('nodejs_heap_size_used_bytes', TARGET), BY_PROCESS), PROCESS),
        ],
      }),
      lines({
        title: 'Time in garbage collection',
        description:
          'Share of the time that collections take. Beyond a tenth the heap is too small.',
        unit: 'share',
        queries: [
          draw(
            sum(
              rate(processHistogram('nodejs_gc_duration_seconds', 'sum', TARGET), INTERVAL),
              BY_PROCESS,
            ),
            PROCESS,
          ),
        ],
        limits: above(0.1, 0.3),
      }),
      lines({
        title: 'Collections by kind',
        description:
          'Collections a second: `minor` are many and short, `major` are few and stop more.',
        unit: 'perSecond',
        queries: [
          draw(
            sum(rate(processHistogram('nodejs_gc_duration_seconds', 'count', TARGET), INTERVAL), [
              'kind',
            ]),
            '{{kind}}',
          ),
        ],
      }),
      lines({
        title: 'Handles',
        description: 'Sockets, timers and files that are open. Rising without end: a leak.',
        unit: 'count',
        queries: [
          draw(max(selectProcess('nodejs_active_handles_total', TARGET), BY_PROCESS), PROCESS),
        ],
      }),
      lines({
        title: 'File descriptors',
        description:
          'Share of the limit that is open (Linux). At 100 % nothing more can be opened.',
        unit: 'share',
        queries: [
          draw(
            divide(
              max(selectProcess('process_open_fds', TARGET), BY_PROCESS),
              max(selectProcess('process_max_fds', TARGET), BY_PROCESS),
            ),
            PROCESS,
          ),
        ],
        limits: above(0.7, 0.9),
      }),
    ]),
    ...DATABASE_ROWS,
    OUTPUT_STORE,
    ...TELEMETRY_ROWS,
    charts('What runs out', 2, [
      lines({
        title: 'Age of the backup',
        description:
          'Time since the last backup, by each way in use. No data: there are no backups, or AIO does not know of them.',
        unit: 'seconds',
        queries: [draw(age(max(select('backupAt', TARGET), ['way'])), '{{way}}')],
        limits: above(inSeconds(MAX_BACKUP_AGE.archive), inSeconds(MAX_BACKUP_AGE.dump)),
      }),
      lines({
        title: 'Certificates',
        description:
          'Time until each certificate expires. None: nothing of ours is reached by https.',
        unit: 'seconds',
        queries: [
          draw(timeLeft(min(select('certificateExpiry', TARGET), ['endpoint'])), '{{endpoint}}'),
        ],
        limits: below(CERTIFICATE_NOTICE, 86_400),
      }),
      lines({
        title: 'Partitions reach',
        description:
          'How far from now the partitions of runs reach. Workers add them long before; at zero every submission fails.',
        unit: 'seconds',
        queries: [draw(min(select('partitionHorizon', TARGET)), 'from now')],
        limits: below(86_400, PARTITIONS_NOTICE),
      }),
      lines({
        title: 'Partitions held',
        description:
          'Partitions older than `RETENTION_RUNS` that are still there: some run has not ended (`open_runs`), a long ' +
          'statement reads them (`in_use`), or the archive command failed (`not_archived`).',
        unit: 'count',
        queries: [draw(max(select('partitionsHeld', TARGET), ['reason']), '{{reason}}')],
        limits: above(1, null),
      }),
    ]),
    charts('What changed', 2, [
      lines({
        title: 'Processes by version',
        description:
          'By version and revision. Two side by side: a deployment is under way, or one hangs.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(
            sum(select('buildInfo', TARGET), ['job', 'version', 'revision']),
            '{{job}} {{version}} {{revision}}',
          ),
        ],
      }),
      ranking({
        title: 'Changes',
        description:
          'What people changed in the time range, by the audit log: two changes of a kind between two scrapes are one. ' +
          'Who, and of what: the page "Audit log" of the web UI.',
        unit: 'count',
        queries: [
          draw(
            topTen(max(changes(select('lastChange', TARGET), WHOLE_RANGE), ['change'])),
            '{{change}}',
          ),
        ],
      }),
    ]),
  ],
};
