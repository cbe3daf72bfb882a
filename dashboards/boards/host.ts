import { count, divide, max, min, minus, rate, sum } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond } from '@aio/boards/queries';
import { DISKS } from '@aio/catalog/metrics/disks';
import { NO_EXPORTER, verdict } from './verdict-tiles.ts';

const processors = count(selectForeign('node_cpu_seconds_total', { mode: 'idle' }));
const spent = rate(
  selectForeign('node_cpu_seconds_total', { mode: { notMatches: 'idle|iowait' } }),
  INTERVAL,
);
const busy = divide(sum(spent), processors);
const total = max(selectForeign('node_memory_MemTotal_bytes'));
const available = max(selectForeign('node_memory_MemAvailable_bytes'));
const BY_DISK = ['mountpoint'] as const;
const free = min(selectForeign('node_filesystem_avail_bytes', DISKS), BY_DISK);
const disk = min(selectForeign('node_filesystem_size_bytes', DISKS), BY_DISK);
const stalled = (on: 'cpu' | 'io' | 'memory') =>
  max(rate(selectForeign(`node_pressure_${on}_waiting_seconds_total`), INTERVAL));

/** The machine, as node_exporter sees it. */
export const HOST: Board = {
  name: 'host',
  description: 'Is the machine the limit: its processors, memory, disk or network?',
  next: ['postgres', 'runtime'],
  absent: NO_EXPORTER,
  rows: [
    verdict([
      stat({
        title: 'Processor busy',
        description:
          'Share of all processors. "No exporter": this board has no data; run `npm run servers ' +
          '-- node-exporter`.',
        unit: 'share',
        queries: [draw(busy, 'busy')],
        limits: above(0.8, 0.95),
      }),
      stat({
        title: 'Memory left',
        description:
          'Share that programs can still use, including caches. At 0, the system kills processes.',
        unit: 'share',
        queries: [draw(divide(available, total), 'left')],
        limits: below(0.2, 0.05),
      }),
      stat({
        title: 'Disk left',
        description:
          'Share of the fullest file system. If PostgreSQL has no space, AIO accepts no runs.',
        unit: 'share',
        queries: [draw(min(divide(free, disk)), 'left')],
        limits: below(0.2, 0.05),
      }),
      stat({
        title: 'Killed for memory',
        description: 'Processes per second that the system killed because memory ran out.',
        unit: 'perSecond',
        queries: [draw(perSecond(selectForeign('node_vmstat_oom_kill')), 'killed')],
        limits: above(null, 0.001),
      }),
    ]),
    charts('Processor and memory', 3, [
      lines({
        title: 'Processor by mode',
        description: 'Processors in use. `steal`: other virtual machines used the time.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(spent, ['mode']), '{{mode}}')],
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Stalled',
        description:
          'Share of time in which a process waited for processor, disk or memory (PSI). Empty if ' +
          'the system has no PSI.',
        unit: 'share',
        queries: [
          draw(stalled('cpu'), 'for the processor'),
          draw(stalled('io'), 'for the disk'),
          draw(stalled('memory'), 'for memory'),
        ],
        limits: above(0.2, 0.6),
      }),
      lines({
        title: 'Memory',
        description: 'Used: memory that programs cannot give back.',
        unit: 'bytes',
        queries: [draw(minus(total, available), 'used'), draw(total, 'there is')],
      }),
    ]),
    charts('Disk', 2, [
      lines({
        title: 'Disk free',
        description: 'By file system.',
        unit: 'bytes',
        queries: [draw(free, '{{mountpoint}}')],
        links: [toBoard('postgres')],
      }),
      lines({
        title: 'Disk busy',
        description:
          'Share of time with work, by device. A device that works in parallel is not full at ' +
          '100 %.',
        unit: 'share',
        queries: [
          draw(
            max(rate(selectForeign('node_disk_io_time_seconds_total'), INTERVAL), ['device']),
            '{{device}}',
          ),
        ],
        limits: above(0.9, null),
      }),
    ]),
  ],
};
