import { increase, quantile, rate, sum, times } from '@aio/slo/promql';
import { bucketsOf, countOf, select, sumOf } from '@aio/catalog/metrics/select';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, ranking, stat } from '@aio/boards/panel';
import {
  INTERVAL,
  WHOLE_RANGE,
  perSecond,
  quantileOf,
  quantiles,
  share,
  topTen,
} from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

const MODEL = ['provider', 'model'] as const;
const NAME = '{{provider}}/{{model}}';
/** Of all workflows: these series exist before the first call of a workflow. */
const allCalls = perSecond(select('llmCalls', TARGET));
const callsThat = (...outcome: readonly ('failed' | 'rate_limited')[]) =>
  perSecond(select('llmCalls', { ...TARGET, outcome }));
const calls = rate(countOf('llmRequestDuration', WORKFLOW), INTERVAL);
const failed = rate(countOf('llmRequestDuration', { ...WORKFLOW, outcome: 'failed' }), INTERVAL);
const errors = rate(select('llmErrors', TARGET), INTERVAL);
const limited = rate(select('llmErrors', { ...TARGET, error_type: 'llm_rate_limited' }), INTERVAL);
const tokens = rate(select('llmTokens', WORKFLOW), INTERVAL);
const costPerHour = times(perSecond(select('llmCost', WORKFLOW), MODEL), 3600);
const durations = rate(bucketsOf('llmRequestDuration', WORKFLOW), INTERVAL);
const firstTokens = rate(bucketsOf('llmTimeToFirstToken', TARGET), INTERVAL);
const slow = [tracesAsSlow('aio-worker')];

/** Cost, speed and failures of language models. */
export const LLM: Board = {
  name: 'llm',
  description: 'What do language models cost, are they slow, and which provider refuses calls?',
  next: ['cost', 'steps'],
  rows: [
    verdict('llm', 6, [
      stat({
        title: 'Failed calls',
        description:
          'Share of calls that failed, of all workflows. Steps retry as their policy says.',
        unit: 'share',
        queries: [draw(share(callsThat('failed', 'rate_limited'), allCalls), 'failed')],
        limits: above(0.05, 0.25),
        links: [toBoard('steps')],
      }),
      stat({
        title: 'Refused (429)',
        description:
          'Calls per second that the provider refused because of a rate limit. All workflows.',
        unit: 'perSecond',
        queries: [draw(callsThat('rate_limited'), '429')],
        limits: above(0.01, 1),
      }),
      stat({
        title: 'P95',
        description: 'From the call to the last token, or to the failure.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('llmRequestDuration', WORKFLOW)), 'P95')],
        limits: above(30, 120),
      }),
    ]),
    figures('Now', [
      stat({
        title: 'Calls',
        description: 'Calls to models that ended per second. All workflows.',
        unit: 'perSecond',
        queries: [draw(allCalls, 'calls')],
      }),
      stat({
        title: 'Tokens in range',
        description: 'Input and output tokens over the whole time range.',
        unit: 'count',
        queries: [
          draw(sum(increase(select('llmTokens', WORKFLOW), WHOLE_RANGE)), 'tokens', {
            instant: true,
          }),
        ],
      }),
      stat({
        title: 'Cost in range',
        description:
          'Cost over the whole time range according to the price file. Calls of unknown price ' +
          'add nothing.',
        unit: 'usd',
        queries: [
          draw(sum(increase(select('llmCost', WORKFLOW), WHOLE_RANGE)), 'cost', { instant: true }),
        ],
      }),
    ]),
    charts('Tokens and cost', 3, [
      lines({
        title: 'Tokens in and out',
        description:
          'Tokens per second, as counted by providers. Output tokens take most of the time.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(sum(tokens, ['direction']), '{{direction}}')],
      }),
      lines({
        title: 'Tokens by model',
        description: 'Input and output tokens per second.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(sum(tokens, MODEL), NAME)],
      }),
      lines({
        title: 'Cost by model',
        description: 'Cost per hour at the current rate.',
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
        queries: quantiles(bucketsOf('llmRequestDuration', WORKFLOW)),
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
        description: 'Input and output tokens per second.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(sum(tokens, ['workflow']), '{{workflow}}')],
        links: [toBoard('cost')],
      }),
      lines({
        title: 'Call time by workflow',
        description: 'Seconds of finished calls per second: whose calls use the slots of the lane.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(perSecond(sumOf('llmRequestDuration', WORKFLOW), ['workflow']), '{{workflow}}'),
        ],
      }),
      lines({
        title: 'P95 by workflow',
        description: 'Which workflow became slow, and since when.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(durations, ['le', 'workflow'])), '{{workflow}}')],
        pointLinks: slow,
      }),
      lines({
        title: 'Failed calls by workflow',
        description: 'Share of calls that failed, by workflow.',
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
          'Time until the provider starts to stream. Its queues show here first. All workflows.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('llmTimeToFirstToken', TARGET)),
        pointLinks: slow,
      }),
      lines({
        title: 'Time to first token, P95 by model',
        description: 'Time until each model starts to stream. All workflows.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(firstTokens, ['le', ...MODEL])), NAME)],
        pointLinks: slow,
      }),
    ]),
    charts('Errors', 4, [
      lines({
        title: 'Failed calls by model',
        description: 'Share of calls that failed, by model.',
        unit: 'share',
        max: 1,
        queries: [draw(share(sum(failed, MODEL), sum(calls, MODEL)), NAME)],
        limits: above(0.05, 0.25),
      }),
      lines({
        title: 'Errors',
        description: 'Failed calls per second, by error code. All workflows. Empty if none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(errors, ['error_type']), '{{error_type}}')],
      }),
      lines({
        title: 'Rate limits (429)',
        description:
          'Calls per second that a provider refused because of a rate limit. Steps retry later, ' +
          'so runs become slow before they fail. All workflows.',
        unit: 'perSecond',
        queries: [draw(sum(limited, MODEL), NAME)],
        limits: above(0.01, 1),
        links: [toBoard('steps')],
      }),
      ranking({
        title: 'What fails most',
        description: 'The ten most frequent pairs of model and error now. All workflows.',
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
