import { lineCount, lineRate, lineTotal, mostLines, selectLines } from '@aio/catalog/logs/logql';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { drawLogs, lines, logs, ranking, stat } from '@aio/boards/panel';

const TOP = 10;

/** Log lines of all processes, from the log store. */
export const LOGS: Board = {
  name: 'logs',
  description: 'What do API and workers log, and how much of it is trouble?',
  next: ['runtime', 'runs'],
  rows: [
    figures('In the time range', [
      stat({
        title: 'Errors',
        description: 'Lines at level error or above. Read each of them.',
        unit: 'count',
        queries: [drawLogs(lineTotal({ level: 'error' }), 'errors', { instant: true })],
        limits: above(1, null),
      }),
      stat({
        title: 'Failed requests',
        description: 'API responses with a status of 500 or above: errors of AIO.',
        unit: 'count',
        queries: [
          drawLogs(lineTotal({ event: 'requestFailed' }), 'requests', {
            instant: true,
          }),
        ],
        limits: above(1, null),
      }),
    ]),
    charts('Rate', 2, [
      lines({
        title: 'Lines by service and level',
        description: 'Per second.',
        unit: 'perSecond',
        queries: [
          drawLogs(
            lineRate({}, '$__interval', ['service_name', 'severity_text']),
            '{{service_name}}: {{severity_text}}',
          ),
        ],
      }),
    ]),
    charts('What goes wrong', 2, [
      ranking({
        title: 'Warnings and errors, by event',
        description: 'The most frequent events, with their error code.',
        unit: 'count',
        queries: [
          drawLogs(
            mostLines(TOP, lineCount({ level: 'warn' }, '$__range', ['event_name', 'error_type'])),
            '{{event_name}} {{error_type}}',
          ),
        ],
      }),
      ranking({
        title: 'Failed steps',
        description: 'The most frequent, by workflow and step.',
        unit: 'count',
        queries: [
          drawLogs(
            mostLines(
              TOP,
              lineCount({ event: 'stepFailed' }, '$__range', ['aio_workflow_name', 'aio_step_id']),
            ),
            '{{aio_workflow_name}}: {{aio_step_id}}',
          ),
        ],
      }),
    ]),
    charts('One run', 1, [
      logs({
        title: 'Lines of the run',
        description:
          'Lines of the run whose id you enter above, oldest first. A line opens its trace.',
        unit: 'count',
        queries: [drawLogs(selectLines({ runId: '$run' }), '')],
      }),
    ]),
  ],
};
