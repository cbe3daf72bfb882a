import { avg, changes, max, min, plus, sum } from '@aio/slo/promql';
import { type Query } from '@aio/slo/query';
import { select, selectForeign, selectProcess } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { PALETTE } from '@aio/catalog/board-style';
import { draw, lines, ranking, stat, timeline } from '@aio/boards/panel';
import { WHOLE_RANGE, perSecond, share, topTen } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';
import { STORE_ROWS } from './runtime-stores.ts';
import { BY_PROCESS, PROCESS, TELEMETRY_ROWS } from './runtime-telemetry.ts';

const UP_OR_DOWN = [
  { value: 1, text: 'up', color: PALETTE.teal },
  { value: 0, text: 'DOWN', color: PALETTE.vermilion },
] as const;

const up = selectForeign('up', TARGET);
const blocked = perSecond(select('eventLoopBlocked', TARGET), BY_PROCESS);
const exported = perSecond(select('spansExported', TARGET));
const dropped = perSecond(select('spansDropped', TARGET));
const lost: Query = share(dropped, plus(exported, dropped));
const budget = errorBudget(SLOS.telemetryLoss);

/** The processes, their dependencies, and the cost and losses of telemetry. */
export const RUNTIME: Board = {
  name: 'runtime',
  description: 'Are processes and their dependencies healthy, and is telemetry complete?',
  next: ['postgres', 'redis', 'host'],
  rows: [
    verdict([
      stat({
        title: 'Dependencies up',
        description: '100 % = every process reaches the database and Redis.',
        unit: 'share',
        queries: [draw(avg(select('dependencyUp', TARGET)), 'up')],
        limits: below(1, 0.5),
      }),
      stat({
        title: 'Spans lost',
        description: 'Share of sampled spans that did not reach the collector.',
        unit: 'share',
        queries: [draw(lost, 'lost')],
        limits: above(budget, budget * 5),
      }),
    ]),
    charts('Up or down', 2, [
      timeline({
        title: 'Targets up',
        description: 'Whether Prometheus could scrape each process.',
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
        title: 'Event loop blocked',
        description: 'Share of the time that each process stood still, in blocks above 100 ms.',
        unit: 'share',
        queries: [draw(blocked, PROCESS)],
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
        description:
          'Resident memory. If it rises without end, there is a leak; compare with the heap.',
        unit: 'bytes',
        queries: [
          draw(max(selectProcess('process_resident_memory_bytes', TARGET), BY_PROCESS), PROCESS),
          draw(max(select('processMemoryLimit', TARGET), BY_PROCESS), `limit of ${PROCESS}`),
        ],
      }),
      lines({
        title: 'Heap used',
        description: 'JavaScript objects. A saw-tooth pattern is garbage collection.',
        unit: 'bytes',
        queries: [
          draw(max(selectProcess('nodejs_heap_size_used_bytes', TARGET), BY_PROCESS), PROCESS),
        ],
      }),
    ]),
    ...STORE_ROWS,
    ...TELEMETRY_ROWS,
    charts('What changed', 2, [
      lines({
        title: 'Processes by version',
        description: 'By version and revision. Two at once: a deployment is in progress or hangs.',
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
          'Changes by users in the time range, from the audit log. Two changes of a kind between ' +
          'two scrapes count once. The page "Audit log" of the web UI has the details.',
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
