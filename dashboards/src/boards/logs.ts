import { lineCount, lineRate, lineTotal, mostLines, selectLines } from '@aio/catalog/logql';
import { type Board, charts, figures } from '../board.ts';
import { above } from '../limits.ts';
import { drawLogs, lines, logs, ranking, stat } from '../panel.ts';

const BY_LEVEL = ['severity_text'] as const;
const TOP = 10;

/** What the processes say of themselves, from the log store. */
export const LOGS: Board = {
  name: 'logs',
  description: 'What do API and workers log, how much of it is trouble, and which?',
  next: ['runtime', 'runs'],
  rows: [
    figures('In the time range', [
      stat({
        title: 'Errors',
        description: 'Lines at error or above: somebody should read each of them.',
        unit: 'count',
        queries: [drawLogs(lineTotal({ level: 'error' }), 'errors', { instant: true })],
        limits: above(1, null),
      }),
      stat({
        title: 'Warnings and errors',
        description: 'Lines at warn or above. Failed steps and refused logins are among them.',
        unit: 'count',
        queries: [drawLogs(lineTotal({ level: 'warn' }), 'lines', { instant: true })],
      }),
      stat({
        title: 'Failed requests',
        description: 'Answers of the API with a status from 500 on: the fault is ours.',
        unit: 'count',
        queries: [
          drawLogs(lineTotal({ event: 'requestFailed' }), 'requests', {
            instant: true,
          }),
        ],
        limits: above(1, null),
      }),
      stat({
        title: 'Lines',
        description: 'Everything that reached the log store.',
        unit: 'count',
        queries: [drawLogs(lineTotal({}), 'lines', { instant: true })],
      }),
    ]),
    charts('Rate', 2, [
      lines({
        title: 'Lines by level',
        description: 'A second, of all processes.',
        unit: 'perSecond',
        stacked: true,
        queries: [drawLogs(lineRate({}, '$__interval', BY_LEVEL), '{{severity_text}}')],
      }),
      lines({
        title: 'Lines by service and level',
        description: 'A second.',
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
        description: 'The most frequent, with the code of the error where it has one.',
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
        description: 'Of the run whose id is above, oldest first. A line opens its trace.',
        unit: 'count',
        queries: [drawLogs(selectLines({ runId: '$run' }), '')],
      }),
    ]),
  ],
};
