import { increase, plus, quantile, rate, sum, times } from '@aio/slo/promql';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
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
/** The same labels of the metrics whose names are OpenTelemetry's. */
const GEN_AI_MODEL = ['gen_ai_provider_name', 'gen_ai_request_model'] as const;
const GEN_AI_NAME = '{{gen_ai_provider_name}}/{{gen_ai_request_model}}';
const IS_FAILURE = { error_type: { not: ['', ...INTERRUPTIONS] } } as const;
/** Of all workflows: these series exist before the first call of a workflow. */
const allCalls = perSecond(select('llmCalls', TARGET));
const callsThat = (...outcome: readonly ('failed' | 'rate_limited')[]) =>
  perSecond(select('llmCalls', { ...TARGET, outcome }));
const calls = rate(countOf('genAiDuration', WORKFLOW), INTERVAL);
const failed = rate(countOf('genAiDuration', { ...WORKFLOW, ...IS_FAILURE }), INTERVAL);
const limited = rate(
  countOf('genAiDuration', { ...WORKFLOW, error_type: 'llm_rate_limited' }),
  INTERVAL,
);
const input = rate(select('genAiInputTokens', WORKFLOW), INTERVAL);
const output = rate(select('genAiOutputTokens', WORKFLOW), INTERVAL);
const tokensIn = (metric: 'genAiInputTokens' | 'genAiOutputTokens') =>
  sum(increase(select(metric, WORKFLOW), WHOLE_RANGE));
const costPerHour = times(perSecond(select('llmCost', WORKFLOW), MODEL), 3600);
const durations = rate(bucketsOf('genAiDuration', WORKFLOW), INTERVAL);
const firstTokens = rate(bucketsOf('genAiFirstChunk', TARGET), INTERVAL);
const chunks = rate(bucketsOf('genAiOutputChunk', TARGET), INTERVAL);
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
        queries: [draw(quantileOf(0.95, bucketsOf('genAiDuration', WORKFLOW)), 'P95')],
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
          draw(plus(tokensIn('genAiInputTokens'), tokensIn('genAiOutputTokens')), 'tokens', {
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
        queries: [draw(sum(input), 'input'), draw(sum(output), 'output')],
      }),
      lines({
        title: 'Tokens by model',
        description: 'Input and output tokens per second.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(plus(sum(input, GEN_AI_MODEL), sum(output, GEN_AI_MODEL)), GEN_AI_NAME)],
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
        queries: quantiles(bucketsOf('genAiDuration', WORKFLOW)),
        pointLinks: slow,
      }),
      lines({
        title: 'P95 by model',
        description: 'Which model became slow, and since when.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(durations, ['le', ...GEN_AI_MODEL])), GEN_AI_NAME)],
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
        queries: [draw(plus(sum(input, ['workflow']), sum(output, ['workflow'])), '{{workflow}}')],
        links: [toBoard('cost')],
      }),
      lines({
        title: 'Call time by workflow',
        description: 'Seconds of finished calls per second: whose calls use the slots of the lane.',
        unit: 'count',
        stacked: true,
        queries: [draw(perSecond(sumOf('genAiDuration', WORKFLOW), ['workflow']), '{{workflow}}')],
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
    charts('Streaming', 3, [
      lines({
        title: 'Time to first token',
        description:
          'Time until the provider starts to stream. Its queues show here first. All workflows.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('genAiFirstChunk', TARGET)),
        pointLinks: slow,
      }),
      lines({
        title: 'Time to first token, P95 by model',
        description: 'Time until each model starts to stream. All workflows.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(firstTokens, ['le', ...GEN_AI_MODEL])), GEN_AI_NAME)],
        pointLinks: slow,
      }),
      lines({
        title: 'Time per chunk, P95 by model',
        description:
          'Time from one chunk with content to the next: how fast each model streams. All workflows.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(chunks, ['le', ...GEN_AI_MODEL])), GEN_AI_NAME)],
      }),
    ]),
    charts('Errors', 4, [
      lines({
        title: 'Failed calls by model',
        description: 'Share of calls that failed, by model.',
        unit: 'share',
        max: 1,
        queries: [draw(share(sum(failed, GEN_AI_MODEL), sum(calls, GEN_AI_MODEL)), GEN_AI_NAME)],
        limits: above(0.05, 0.25),
      }),
      lines({
        title: 'Errors',
        description: 'Failed calls per second, by error code. Empty if none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(failed, ['error_type']), '{{error_type}}')],
      }),
      lines({
        title: 'Rate limits (429)',
        description:
          'Calls per second that a provider refused because of a rate limit. Steps retry later, ' +
          'so runs become slow before they fail.',
        unit: 'perSecond',
        queries: [draw(sum(limited, GEN_AI_MODEL), GEN_AI_NAME)],
        limits: above(0.01, 1),
        links: [toBoard('steps')],
      }),
      ranking({
        title: 'What fails most',
        description: 'The ten most frequent pairs of model and error now.',
        unit: 'perSecond',
        queries: [
          draw(
            topTen(sum(failed, [...GEN_AI_MODEL, 'error_type'])),
            `${GEN_AI_NAME}: {{error_type}}`,
          ),
        ],
        links: [toBoard('steps')],
      }),
    ]),
  ],
};
