import { count, divide, max, min, minus, plus, rate, rest, sum } from '@aio/catalog/promql';
import { selectForeign } from '@aio/catalog/select';
import { type Board, charts } from '../board.ts';
import { above, below } from '../limits.ts';
import { toBoard } from '../links.ts';
import { draw, lines, stat } from '../panel.ts';
import { INTERVAL } from '../queries.ts';
import { DISK_FULL } from './forecasts.ts';
import { DISKS } from '@aio/catalog/disks';
import { verdict } from './verdict-tiles.ts';

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
const filesFree = min(selectForeign('node_filesystem_files_free', DISKS), BY_DISK);
const files = min(selectForeign('node_filesystem_files', DISKS), BY_DISK);
const stalled = (on: 'cpu' | 'io' | 'memory') =>
  max(rate(selectForeign(`node_pressure_${on}_waiting_seconds_total`), INTERVAL));
/** Without the loopback interface and those of containers. */
const NETWORK = { device: { notMatches: 'lo|veth.*|br-.*|docker.*' } } as const;
const NO_EXPORTER = 'no exporter';

/** The machine, by node_exporter. */
export const HOST: Board = {
  name: 'host',
  description: 'Is the machine the limit: its processors, memory, disk or network?',
  next: ['postgres', 'runtime'],
  rows: [
    verdict('host', 8, [
      stat({
        title: 'Processor busy',
        description:
          'Of all processors. "No exporter": nothing on this board has data; ' +
          '`npm run servers -- node-exporter` gets it.',
        unit: 'share',
        queries: [draw(busy, 'busy')],
        limits: above(0.8, 0.95),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Memory left',
        description: 'Share that programs can still get, caches included. None: the system kills.',
        unit: 'share',
        queries: [draw(divide(available, total), 'left')],
        limits: below(0.2, 0.05),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Disk left',
        description:
          'Share of the fullest file system. If PostgreSQL finds none, nothing is accepted.',
        unit: 'share',
        queries: [draw(min(divide(free, disk)), 'left')],
        limits: below(0.2, 0.05),
        absent: NO_EXPORTER,
      }),
      stat({
        title: 'Stalled by the disk',
        description:
          'Share of the time in which something waited for the disk (PSI). Absent where the system has no PSI.',
        unit: 'share',
        queries: [draw(stalled('io'), 'stalled')],
        limits: above(0.2, 0.6),
        absent: 'not there',
      }),
      stat({
        title: 'Killed for memory',
        description: 'Processes a second that the system killed since memory was out.',
        unit: 'perSecond',
        queries: [draw(sum(rate(selectForeign('node_vmstat_oom_kill'), INTERVAL)), 'killed')],
        limits: above(null, 0.001),
        absent: NO_EXPORTER,
      }),
    ]),
    charts('Processor', 3, [
      lines({
        title: 'Processor by mode',
        description:
          'Processors in use. `steal`: the machine is virtual, and others have its time.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(spent, ['mode']), '{{mode}}')],
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Load and processors',
        description: 'Programs that work or want to; above the number of processors they wait.',
        unit: 'count',
        queries: [draw(max(selectForeign('node_load1')), 'load'), draw(processors, 'processors')],
      }),
      lines({
        title: 'Stalled',
        description:
          'Share of the time in which something waited for processor, disk or memory (PSI). Empty where the system has none.',
        unit: 'share',
        queries: [
          draw(stalled('cpu'), 'for the processor'),
          draw(stalled('io'), 'for the disk'),
          draw(stalled('memory'), 'for memory'),
        ],
        limits: above(0.2, 0.6),
      }),
    ]),
    charts('Memory and disk', 4, [
      lines({
        title: 'Memory',
        description: 'Used is what programs cannot give back.',
        unit: 'bytes',
        queries: [draw(minus(total, available), 'used'), draw(total, 'there is')],
      }),
      lines({
        title: 'Disk free',
        description: 'By file system.',
        unit: 'bytes',
        queries: [draw(free, '{{mountpoint}}')],
        links: [toBoard('postgres')],
      }),
      lines({
        title: 'Disk full in',
        description:
          'Time until each is full, if the last six hours go on like this. Empty: none is within 60 hours.',
        unit: 'seconds',
        queries: [draw(DISK_FULL, '{{mountpoint}}')],
        limits: below(2 * 86_400, 6 * 3600),
      }),
      lines({
        title: 'Names of files used',
        description: 'Share of the inodes. At 100 % no file can be made, whatever room there is.',
        unit: 'share',
        queries: [draw(rest(divide(filesFree, files)), '{{mountpoint}}')],
        limits: above(0.8, 0.95),
      }),
    ]),
    charts('Disk and network', 4, [
      lines({
        title: 'Disk busy',
        description:
          'Share of the time with something to do, by device. One that does much at once is not full at 100 %.',
        unit: 'share',
        queries: [
          draw(
            max(rate(selectForeign('node_disk_io_time_seconds_total'), INTERVAL), ['device']),
            '{{device}}',
          ),
        ],
        limits: above(0.9, null),
      }),
      lines({
        title: 'Disk traffic',
        description: 'Bytes a second of all devices.',
        unit: 'bytesPerSecond',
        queries: [
          draw(sum(rate(selectForeign('node_disk_read_bytes_total'), INTERVAL)), 'read'),
          draw(sum(rate(selectForeign('node_disk_written_bytes_total'), INTERVAL)), 'written'),
        ],
      }),
      lines({
        title: 'Network traffic',
        description: 'Bytes a second of the interfaces that lead outside.',
        unit: 'bytesPerSecond',
        queries: [
          draw(
            sum(rate(selectForeign('node_network_receive_bytes_total', NETWORK), INTERVAL)),
            'in',
          ),
          draw(
            sum(rate(selectForeign('node_network_transmit_bytes_total', NETWORK), INTERVAL)),
            'out',
          ),
        ],
      }),
      lines({
        title: 'Network errors',
        description: 'Packets a second that were broken or could not be sent.',
        unit: 'perSecond',
        queries: [
          draw(
            plus(
              sum(rate(selectForeign('node_network_receive_errs_total'), INTERVAL)),
              sum(rate(selectForeign('node_network_transmit_errs_total'), INTERVAL)),
            ),
            'errors',
          ),
        ],
        limits: above(0.1, null),
      }),
    ]),
    charts('Clock', 1, [
      lines({
        title: 'Time since the machine started',
        description: 'Back to 0: it was restarted, and everything on it with it.',
        unit: 'seconds',
        queries: [
          draw(
            minus(
              max(selectForeign('node_time_seconds')),
              max(selectForeign('node_boot_time_seconds')),
            ),
            'up',
          ),
        ],
      }),
    ]),
  ],
};
