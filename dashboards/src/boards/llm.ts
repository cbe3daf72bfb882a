import { increase, orZero, quantile, rate, sum, times } from '@aio/catalog/promql';
import { bucketsOf, countOf, select, sumOf } from '@aio/catalog/select';
import { type Board, charts, figures } from '../board.ts';
import { above } from '../limits.ts';
import { toBoard, tracesAsSlow } from '../links.ts';
import { draw, heatmap, lines, ranking, stat } from '../panel.ts';
import { INTERVAL, WHOLE_RANGE, quantileOf, quantiles, share, topTen } from '../queries.ts';
import { TARGET, WORKFLOW } from '../variables.ts';
import { verdict } from './verdict-tiles.ts';

const MODEL = ['provider', 'model'] as const;
const NAME = '{{provider}}/{{model}}';
const calls = rate(countOf('llmRequestDuration', WORKFLOW), INTERVAL);
const failed = rate(countOf('llmRequestDuration', { ...WORKFLOW, outcome: 'failed' }), INTERVAL);
const errors = rate(select('llmErrors', TARGET), INTERVAL);
const limited = rate(select('llmErrors', { ...TARGET, error_type: 'llm_rate_limited' }), INTERVAL);
const tokens = rate(select('llmTokens', WORKFLOW), INTERVAL);
const costPerHour = times(sum(rate(select('llmCost', WORKFLOW), INTERVAL), MODEL), 3600);
const durations = rate(bucketsOf('llmRequestDuration', WORKFLOW), INTERVAL);
const firstTokens = rate(bucketsOf('llmTimeToFirstToken', TARGET), INTERVAL);
const slow = [tracesAsSlow('aio-worker')];

/** What language models cost, how fast and how reliable they are. */
export const LLM: Board = {
  name: 'llm',
  description: 'What do language models cost, are they slow, and which one refuses us?',
  next: ['cost', 'steps'],
  rows: [
    verdict('llm', 6, [
      stat({
        title: 'Failed calls',
        description: 'Share of calls that failed; steps are retried as their policy says.',
        unit: 'share',
        queries: [draw(share(sum(failed), sum(calls)), 'failed')],
        limits: above(0.05, 0.25),
        links: [toBoard('steps')],
      }),
      stat({
        title: 'Refused (429)',
        description: 'Calls a second that the provider refused for their number. Of all workflows.',
        unit: 'perSecond',
        queries: [draw(orZero(sum(limited)), '429')],
        limits: above(0.01, 1),
      }),
      stat({
        title: 'P95',
        description: 'From the call to the last token, or to the failure.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, 'llmRequestDuration', WORKFLOW), 'P95')],
        limits: above(30, 120),
      }),
    ]),
    figures('Now', [
      stat({
        title: 'Calls',
        description: 'Calls of models that ended a second.',
        unit: 'perSecond',
        queries: [draw(sum(calls), 'calls')],
      }),
      stat({
        title: 'Tokens in range',
        description: 'Tokens in and out over the whole time range.',
        unit: 'count',
        queries: [
          draw(sum(increase(select('llmTokens', WORKFLOW), WHOLE_RANGE)), 'tokens', {
            instant: true,
          }),
        ],
      }),
      stat({
        title: 'Cost in range',
        description: 'By the price file, over the whole time range; unpriced models add nothing.',
        unit: 'usd',
        queries: [
          draw(sum(increase(select('llmCost', WORKFLOW), WHOLE_RANGE)), 'cost', { instant: true }),
        ],
      }),
    ]),
    charts('Tokens and cost', 3, [
      lines({
        title: 'Tokens in and out',
        description: 'Tokens a second that providers counted. Output is what takes the time.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(sum(tokens, ['direction']), '{{direction}}')],
      }),
      lines({
        title: 'Tokens by model',
        description: 'Tokens a second, in and out together.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(sum(tokens, MODEL), NAME)],
      }),
      lines({
        title: 'Cost by model',
        description: 'What an hour at this rate costs.',
        unit: 'usdPerHour',
        stacked: true,
        queries: [draw(costPerHour, NAME)],
      }),
    ]),
    charts('Duration', 3, [
      lines({
        title: 'Duration of calls',
        description: 'From the call to the last token, or to the failure. Dots open the trace.',
        unit: 'seconds',
        queries: quantiles('llmRequestDuration', WORKFLOW),
        pointLinks: slow,
      }),
      lines({
        title: 'P95 by model',
        description: 'Which model became slow, and since when.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(durations, ['le', ...MODEL])), NAME)],
        pointLinks: slow,
      }),
      heatmap({
        title: 'Duration, all calls',
        description: 'How many calls took how long.',
        unit: 'seconds',
        queries: [draw(sum(durations, ['le']), '{{le}}', { exemplar: true })],
      }),
    ]),
    charts('By workflow', 4, [
      lines({
        title: 'Tokens by workflow',
        description: 'Tokens a second, in and out together.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(sum(tokens, ['workflow']), '{{workflow}}')],
        links: [toBoard('cost')],
      }),
      lines({
        title: 'Calling by workflow',
        description:
          'Seconds of calls that ended, a second: whose calls take the slots of the lane.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(
            sum(rate(sumOf('llmRequestDuration', WORKFLOW), INTERVAL), ['workflow']),
            '{{workflow}}',
          ),
        ],
      }),
      lines({
        title: 'P95 by workflow',
        description: 'Whose calls became slow, and since when.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(durations, ['le', 'workflow'])), '{{workflow}}')],
        pointLinks: slow,
      }),
      lines({
        title: 'Failed calls by workflow',
        description: 'Share of the calls of a workflow that failed.',
        unit: 'share',
        max: 1,
        queries: [draw(share(sum(failed, ['workflow']), sum(calls, ['workflow'])), '{{workflow}}')],
        limits: above(0.05, 0.25),
        links: [toBoard('steps')],
      }),
    ]),
    charts('Time to first token', 2, [
      lines({
        title: 'Time to first token',
        description:
          'How long a provider thinks before it streams; queues of theirs show here first. Of all workflows.',
        unit: 'seconds',
        queries: quantiles('llmTimeToFirstToken', TARGET),
        pointLinks: slow,
      }),
      lines({
        title: 'Time to first token, P95 by model',
        description: 'Which model keeps us waiting. Of all workflows.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(firstTokens, ['le', ...MODEL])), NAME)],
        pointLinks: slow,
      }),
    ]),
    charts('Errors', 4, [
      lines({
        title: 'Failed calls by model',
        description: 'Share of the calls of a model that failed.',
        unit: 'share',
        max: 1,
        queries: [draw(share(sum(failed, MODEL), sum(calls, MODEL)), NAME)],
        limits: above(0.05, 0.25),
      }),
      lines({
        title: 'Errors',
        description:
          'Failed calls a second by the code of the error, of all workflows. Empty while none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(errors, ['error_type']), '{{error_type}}')],
      }),
      lines({
        title: 'Rate limits (429)',
        description:
          'Calls a second that a provider refused for their number, by model. Steps try again later, ' +
          'so runs become slow before they fail. Of all workflows.',
        unit: 'perSecond',
        queries: [draw(sum(limited, MODEL), NAME)],
        limits: above(0.01, 1),
        links: [toBoard('steps')],
      }),
      ranking({
        title: 'What fails most',
        description: 'The ten most frequent pairs of model and error now. Of all workflows.',
        unit: 'perSecond',
        queries: [
          draw(
            topTen(sum(errors, ['provider', 'model', 'error_type'])),
            '{{provider}}/{{model}}: {{error_type}}',
          ),
        ],
        links: [toBoard('steps')],
      }),
    ]),
  ],
};
