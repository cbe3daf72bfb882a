import { increase, max, min, sum } from '@aio/slo/promql';
import { bucketsOf, select, selectForeign, selectProcess } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { draw, lines } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantileOf } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';

const BY_PROCESS = ['job', 'instance'] as const;
const PROCESS = '{{job}} {{instance}}';
const pool = (state: 'active' | 'idle') => select('databasePoolConnections', { ...TARGET, state });

/** The processes, their dependencies and stores, and the losses of telemetry. */
export const RUNTIME: Board = {
  name: 'runtime',
  description: 'Are processes and their stores healthy, and is telemetry complete?',
  next: ['api', 'queueAndWorkers'],
  rows: [
    charts('Processes', 3, [
      lines({
        title: 'Targets up',
        description: 'Whether Prometheus could scrape each process: 1 is up, 0 is down.',
        unit: 'count',
        max: 1,
        queries: [draw(max(selectForeign('up', TARGET), BY_PROCESS), PROCESS)],
        limits: below(null, 1),
      }),
      lines({
        title: 'Dependencies',
        description:
          'Whether each process reached the database and Redis at its last probe: 1 is yes, 0 is no.',
        unit: 'count',
        max: 1,
        queries: [
          draw(
            min(select('dependencyUp', TARGET), ['dependency', 'job', 'instance']),
            '{{dependency}} from {{job}} {{instance}}',
          ),
        ],
        limits: below(null, 1),
      }),
      lines({
        title: 'Event loop blocked',
        description: 'Share of the time that each process stood still, in blocks above 100 ms.',
        unit: 'share',
        queries: [draw(perSecond(select('eventLoopBlocked', TARGET), BY_PROCESS), PROCESS)],
        limits: above(0.02, 0.1),
      }),
      lines({
        title: 'Processor',
        description: 'Cores that each process uses. A JavaScript thread uses at most about one.',
        unit: 'count',
        queries: [
          draw(perSecond(selectProcess('process_cpu_seconds_total', TARGET), BY_PROCESS), PROCESS),
        ],
        limits: above(0.9, null),
      }),
      lines({
        title: 'Memory',
        description: 'Resident memory. If it rises without end, there is a leak.',
        unit: 'bytes',
        queries: [
          draw(max(selectProcess('process_resident_memory_bytes', TARGET), BY_PROCESS), PROCESS),
          draw(max(select('processMemoryLimit', TARGET), BY_PROCESS), `limit of ${PROCESS}`),
        ],
      }),
      lines({
        title: 'Size of a scrape',
        description:
          'Samples per process. A jump: a label has many new values. No place: new values that found all places ' +
          'of their label taken.',
        unit: 'count',
        queries: [
          draw(max(selectForeign('scrape_samples_scraped', TARGET), BY_PROCESS), PROCESS),
          draw(
            sum(increase(select('labelPlacesFull', TARGET), INTERVAL), ['label']),
            'no place: {{label}}',
          ),
        ],
        limits: above(5000, null),
      }),
    ]),
    charts('PostgreSQL and telemetry', 4, [
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
          draw(
            quantileOf(0.95, bucketsOf('databaseQueryDuration', TARGET), ['query']),
            '{{query}}',
          ),
        ],
        limits: above(0.5, null),
      }),
      lines({
        title: 'Telemetry dropped',
        description:
          'Spans and log records per second lost for good: the queue was full, the export failed, or the collector could not ' +
          'deliver them. After a `timeout`, the collector may have them. Standard output has all log records.',
        unit: 'perSecond',
        queries: [
          draw(
            perSecond(select('spansDropped', TARGET), ['job', 'reason']),
            '{{job}}: spans, {{reason}}',
          ),
          draw(
            perSecond(select('logRecordsDropped', TARGET), ['job', 'reason']),
            '{{job}}: log records, {{reason}}',
          ),
          draw(
            perSecond(selectForeign('otelcol_exporter_send_failed_spans_total'), ['exporter']),
            'collector: {{exporter}}',
          ),
        ],
        limits: above(0.001, null),
        absent: 'none',
      }),
    ]),
  ],
};
