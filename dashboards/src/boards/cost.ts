import { MINUTES_LEFT, sinceTheFirst } from '@aio/catalog/calendar';
import {
  type Range,
  increase,
  max,
  orZero,
  overTime,
  plus,
  rate,
  sum,
  times,
} from '@aio/catalog/promql';
import { select } from '@aio/catalog/select';
import { FLOOR_USD_PER_HOUR, MIN_RUNS } from '@aio/catalog/spend-limits';
import { recordedSpend, spentIn } from '@aio/catalog/spend-series';
import { type Board, charts, figures } from '../board.ts';
import { above } from '../limits.ts';
import { toBoard } from '../links.ts';
import { draw, lines, ranking, stat } from '../panel.ts';
import { INTERVAL, WHOLE_RANGE, share, topTen } from '../queries.ts';
import { TARGET, WORKFLOW } from '../variables.ts';
import { NOISY_NEIGHBOURS } from './noisy-neighbours.ts';
import { verdict } from './verdict-tiles.ts';

const MODEL = ['provider', 'model'] as const;
/** The workflows that were chosen; what is recorded has neither job nor instance. */
const CHOSEN = { workflow: WORKFLOW.workflow };

const byWorkflow = (range: Range) => spentIn(recordedSpend('byWorkflow', CHOSEN), range);
const byModel = (range: Range) => sum(spentIn(recordedSpend('byModel'), range), MODEL);
const byOwner = (range: Range) => spentIn(recordedSpend('byOwner'), range);
const perHour = times(sum(rate(select('llmCost', WORKFLOW), INTERVAL), ['workflow']), 3600);
const ownersPerHour = times(sum(rate(select('ownerLlmCost', TARGET), INTERVAL), ['owner']), 3600);
const succeeded = (range: Range) =>
  sum(spentIn(recordedSpend('runsEnded', { ...CHOSEN, outcome: 'succeeded' }), range), [
    'workflow',
  ]);
const tokens = increase(select('llmTokens', WORKFLOW), WHOLE_RANGE);
const input = increase(select('llmTokens', { ...WORKFLOW, direction: 'input' }), WHOLE_RANGE);
const cached = increase(
  select('llmTokens', { ...WORKFLOW, direction: 'input', type: 'cached' }),
  WHOLE_RANGE,
);
const endedRuns = sum(
  rate(select('ownerRunsEnded', { ...TARGET, outcome: ['succeeded', 'failed'] }), INTERVAL),
);
const failedRuns = sum(rate(select('ownerRunsEnded', { ...TARGET, outcome: 'failed' }), INTERVAL));
const soFar = sinceTheFirst(recordedSpend('byMonth'));
const perMinute = sum(overTime('avg', recordedSpend('byModel'), '7d'));

/** What language models cost, whom, and who takes the room of others. */
export const COST: Board = {
  name: 'cost',
  description:
    'What do language models cost, whose work costs it, and who takes the room of others?',
  next: ['llm', 'runs', 'queueAndWorkers'],
  rows: [
    verdict('cost', 6, [
      stat({
        title: 'Dearest, against its week',
        description:
          'Of the chosen workflows the one that changed most: what a run of it costs in the last hour, by what ' +
          `a run cost in the last seven days. Empty until there were ${MIN_RUNS} runs.`,
        unit: 'factor',
        queries: [
          draw(
            max(share(recordedSpend('perRun', CHOSEN), recordedSpend('perRunOfWeek', CHOSEN))),
            'of its week',
          ),
        ],
        limits: above(1.5, 2),
      }),
      stat({
        title: 'Refused (429)',
        description: 'Requests a second above a quota, of all who have signed in.',
        unit: 'requestsPerSecond',
        queries: [
          draw(
            orZero(sum(rate(select('ownerRequests', { ...TARGET, status: '429' }), INTERVAL))),
            '429',
          ),
        ],
        limits: above(0.01, 1),
        links: [toBoard('api')],
      }),
      stat({
        title: 'Failed runs',
        description: 'Share of the runs of all owners that failed: they are paid for all the same.',
        unit: 'share',
        queries: [draw(share(failedRuns, endedRuns), 'failed')],
        limits: above(0.05, 0.5),
        links: [toBoard('runs')],
      }),
    ]),
    figures('Now', [
      stat({
        title: 'Spent in 24 hours',
        description:
          'By the price file, up to now; models without a price add nothing. All workflows.',
        unit: 'usd',
        queries: [draw(sum(spentIn(recordedSpend('byModel'), '1d')), 'spent', { instant: true })],
      }),
      stat({
        title: 'Spent in 30 days',
        description: 'As "Spent in 24 hours", over 30 days.',
        unit: 'usd',
        queries: [draw(sum(spentIn(recordedSpend('byModel'), '30d')), 'spent', { instant: true })],
      }),
      stat({
        title: 'Spent this month',
        description: 'Since the first of the month, UTC. All workflows.',
        unit: 'usd',
        queries: [draw(soFar, 'spent', { instant: true })],
      }),
      stat({
        title: "Forecast to the month's end",
        description:
          'What this month has cost so far, and for each minute that is left of it (UTC) what a minute of the ' +
          'last seven days cost on average: no trend, no weekdays.',
        unit: 'usd',
        queries: [draw(plus(soFar, times(perMinute, MINUTES_LEFT)), 'forecast', { instant: true })],
      }),
      stat({
        title: 'Cost per successful run',
        description:
          'Of the chosen workflows in 24 hours: all that they cost, by the runs that succeeded.',
        unit: 'usd',
        queries: [
          draw(share(sum(byWorkflow('1d')), sum(succeeded('1d'))), 'a run', { instant: true }),
        ],
        links: [toBoard('runs')],
      }),
      stat({
        title: 'Cached input',
        description:
          "Share of the input tokens that came from a vendor's cache, for a lower price.",
        unit: 'share',
        queries: [draw(share(sum(cached), sum(input)), 'cached', { instant: true })],
      }),
    ]),
    charts('24 hours', 3, [
      lines({
        title: 'Spend by workflow',
        description: 'At each moment what the 24 hours before it cost.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byWorkflow('1d'), '{{workflow}}')],
      }),
      lines({
        title: 'Spend by model',
        description: 'At each moment what the 24 hours before it cost. All workflows.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byModel('1d'), '{{provider}}/{{model}}')],
        links: [toBoard('llm')],
      }),
      lines({
        title: 'Spend by owner',
        description: 'At each moment what the 24 hours before it cost, by whose runs they were.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byOwner('1d'), '{{owner}}')],
      }),
    ]),
    charts('30 days', 3, [
      ranking({
        title: 'Most expensive workflows',
        description: 'The ten on which the last 30 days spent most.',
        unit: 'usd',
        queries: [draw(topTen(byWorkflow('30d')), '{{workflow}}')],
        links: [toBoard('runs')],
      }),
      ranking({
        title: 'Most expensive models',
        description: 'The ten on which the last 30 days spent most. All workflows.',
        unit: 'usd',
        queries: [draw(topTen(byModel('30d')), '{{provider}}/{{model}}')],
        links: [toBoard('llm')],
      }),
      ranking({
        title: 'Most expensive owners',
        description: 'The ten whose runs of the last 30 days cost most.',
        unit: 'usd',
        queries: [draw(topTen(byOwner('30d')), '{{owner}}')],
      }),
    ]),
    charts('Runs', 3, [
      lines({
        title: 'Cost per run',
        description:
          'Of the runs of the last hour that succeeded or failed, and of those of the last seven days; ' +
          `${MIN_RUNS} runs are needed. Twice its week, and $${FLOOR_USD_PER_HOUR} in the hour, is a ticket.`,
        unit: 'usd',
        queries: [
          draw(recordedSpend('perRun', CHOSEN), '{{workflow}}'),
          draw(recordedSpend('perRunOfWeek', CHOSEN), '{{workflow}}, its week'),
        ],
        links: [toBoard('llm')],
      }),
      ranking({
        title: 'Cost per successful run by workflow',
        description:
          'In 24 hours: what a workflow cost, by its runs that succeeded. Runs that fail are paid for by the others.',
        unit: 'usd',
        queries: [draw(topTen(share(byWorkflow('1d'), succeeded('1d'))), '{{workflow}}')],
        links: [toBoard('runs')],
      }),
      lines({
        title: 'Cost an hour by workflow',
        description:
          'What an hour at this rate costs: the first to show that something has changed.',
        unit: 'usdPerHour',
        stacked: true,
        queries: [draw(perHour, '{{workflow}}')],
      }),
    ]),
    charts('Tokens', 3, [
      lines({
        title: 'Tokens by type',
        description:
          'Tokens a second. Of the input, `cached` ones are cheaper; of the output, `reasoning` ones are paid ' +
          'for and never seen.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [
          draw(
            sum(rate(select('llmTokens', WORKFLOW), INTERVAL), ['direction', 'type']),
            '{{direction}}, {{type}}',
          ),
        ],
        links: [toBoard('llm')],
      }),
      ranking({
        title: 'Most tokens',
        description:
          'The ten workflows that used most tokens in the time range, in and out together.',
        unit: 'count',
        queries: [draw(topTen(sum(tokens, ['workflow'])), '{{workflow}}')],
      }),
      ranking({
        title: 'Cached input by workflow',
        description:
          "Share of the input tokens that came from a vendor's cache, in the time range: prompts that begin alike are cached.",
        unit: 'share',
        queries: [
          draw(topTen(share(sum(cached, ['workflow']), sum(input, ['workflow']))), '{{workflow}}'),
        ],
      }),
    ]),
    ...NOISY_NEIGHBOURS,
    charts('Owners', 2, [
      lines({
        title: 'Cost an hour by owner',
        description: 'What an hour at this rate costs, by whose runs cause it.',
        unit: 'usdPerHour',
        stacked: true,
        queries: [draw(ownersPerHour, '{{owner}}')],
      }),
      lines({
        title: 'Requests by owner',
        description: 'Requests a second of people and machine clients that have signed in.',
        unit: 'requestsPerSecond',
        stacked: true,
        queries: [
          draw(sum(rate(select('ownerRequests', TARGET), INTERVAL), ['owner']), '{{owner}}'),
        ],
        links: [toBoard('api')],
      }),
    ]),
  ],
};
