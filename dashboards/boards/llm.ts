import { plus, quantile, rate, sum } from '@aio/slo/promql';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import { bucketsOf, countOf, select } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantiles, share } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

const MODEL = ['gen_ai_provider_name', 'gen_ai_request_model'] as const;
const NAME = '{{gen_ai_provider_name}}/{{gen_ai_request_model}}';
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
const durations = rate(bucketsOf('genAiDuration', WORKFLOW), INTERVAL);
const chunks = rate(bucketsOf('genAiOutputChunk', TARGET), INTERVAL);
const slow = [tracesAsSlow('aio-worker')];

/** Cost, speed and failures of language models. */
export const LLM: Board = {
  name: 'llm',
  description: 'What do language models cost, are they slow, and which provider refuses calls?',
  next: ['cost', 'steps'],
  rows: [
    verdict([
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
    ]),
    charts('Tokens', 2, [
      lines({
        title: 'Tokens by model',
        description: 'Input and output tokens per second.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(plus(sum(input, MODEL), sum(output, MODEL)), NAME)],
      }),
      lines({
        title: 'Tokens by workflow',
        description: 'Input and output tokens per second.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(plus(sum(input, ['workflow']), sum(output, ['workflow'])), '{{workflow}}')],
        links: [toBoard('cost')],
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
    charts('Streaming', 2, [
      lines({
        title: 'Time to first token',
        description:
          'Time until the provider starts to stream. Its queues show here first. All workflows.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('genAiFirstChunk', TARGET)),
        pointLinks: slow,
      }),
      lines({
        title: 'Time per chunk, P95 by model',
        description:
          'Time from one chunk with content to the next: how fast each model streams. All workflows.',
        unit: 'seconds',
        queries: [draw(quantile(0.95, sum(chunks, ['le', ...MODEL])), NAME)],
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
        absent: 'none',
      }),
      lines({
        title: 'Failed calls by workflow',
        description: 'Share of calls that failed, by workflow.',
        unit: 'share',
        max: 1,
        queries: [draw(share(sum(failed, ['workflow']), sum(calls, ['workflow'])), '{{workflow}}')],
        limits: above(0.05, 0.25),
        absent: 'none',
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Errors',
        description: 'Failed calls per second, by error code. Empty if none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(failed, ['error_type']), '{{error_type}}')],
        absent: 'none',
      }),
      lines({
        title: 'Rate limits (429)',
        description:
          'Calls per second that a provider refused because of a rate limit. Steps retry later, ' +
          'so runs become slow before they fail.',
        unit: 'perSecond',
        queries: [draw(sum(limited, MODEL), NAME)],
        limits: above(0.01, 1),
        links: [toBoard('steps')],
        absent: 'none',
      }),
    ]),
  ],
};
