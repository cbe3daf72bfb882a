import { increase, max, plus, rate, sum } from '@aio/slo/promql';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import { bucketsOf, countOf, select } from '@aio/catalog/metrics/select';
import { FLOOR_USD_PER_HOUR, MIN_RUNS } from '@aio/catalog/objectives/spend-limits';
import { recordedSpend, spentIn } from '@aio/catalog/objectives/spend-series';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { INTERVAL, WHOLE_RANGE, quantiles, share, topTen } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

const PRICED = ['provider', 'model'] as const;
/** The chosen workflows. Recorded series have neither job nor instance. */
const CHOSEN = { workflow: WORKFLOW.workflow };
const byWorkflow = spentIn(recordedSpend('byWorkflow', CHOSEN), '1d');
const byModel = sum(spentIn(recordedSpend('byModel', CHOSEN), '1d'), PRICED);
const byOwner = spentIn(recordedSpend('byOwner'), '1d');

const MODEL = ['gen_ai_provider_name', 'gen_ai_request_model'] as const;
const NAME = '{{gen_ai_provider_name}}/{{gen_ai_request_model}}';
const IS_FAILURE = { error_type: { not: ['', ...INTERRUPTIONS] } } as const;
const calls = rate(countOf('genAiDuration', WORKFLOW), INTERVAL);
const failed = rate(countOf('genAiDuration', { ...WORKFLOW, ...IS_FAILURE }), INTERVAL);
const limited = rate(
  countOf('genAiDuration', { ...WORKFLOW, error_type: 'llm_rate_limited' }),
  INTERVAL,
);
const input = rate(select('genAiInputTokens', WORKFLOW), INTERVAL);
const output = rate(select('genAiOutputTokens', WORKFLOW), INTERVAL);
const slow = [tracesAsSlow('aio-worker')];

/** Cost, speed and failures of language models. */
export const COST: Board = {
  name: 'cost',
  description:
    'What do language models cost, and whose work is it? Are they slow, and which refuses calls?',
  next: ['runs', 'queueAndWorkers'],
  rows: [
    verdict([
      stat({
        title: 'Largest rise of cost per run',
        description:
          'Cost per run in the last hour / in the last seven days, of the chosen workflow with the ' +
          `largest rise. Empty with fewer than ${MIN_RUNS} runs.`,
        unit: 'factor',
        queries: [
          draw(
            max(share(recordedSpend('perRun', CHOSEN), recordedSpend('perRunOfWeek', CHOSEN))),
            'times',
          ),
        ],
        limits: above(1.5, 2),
        absent: 'too few runs',
      }),
      stat({
        title: 'Spent in 24 hours',
        description:
          'According to the price file. Calls of unknown price add nothing. The chosen workflows.',
        unit: 'usd',
        queries: [draw(sum(byWorkflow), 'spent', { instant: true })],
      }),
    ]),
    charts('Cost', 3, [
      lines({
        title: 'Spend by workflow',
        description: 'Cost of the previous 24 hours, at each moment.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byWorkflow, '{{workflow}}')],
      }),
      lines({
        title: 'Spend by model',
        description: 'Cost of the previous 24 hours, at each moment, of the chosen workflows.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byModel, '{{provider}}/{{model}}')],
      }),
      lines({
        title: 'Spend by owner',
        description: 'Cost of the previous 24 hours, at each moment, by owner of the runs.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byOwner, '{{owner}}')],
      }),
      lines({
        title: 'Cost per run',
        description:
          'Cost per run that succeeded or failed, in the last hour and the last seven days. ' +
          `Needs ${MIN_RUNS} runs. Twice the week's cost and at least $${FLOOR_USD_PER_HOUR} in ` +
          'the hour raise a ticket.',
        unit: 'usd',
        queries: [
          draw(recordedSpend('perRun', CHOSEN), '{{workflow}}'),
          draw(recordedSpend('perRunOfWeek', CHOSEN), '{{workflow}}, its week'),
        ],
      }),
      lines({
        title: 'Tokens by workflow',
        description: 'Input and output tokens per second.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [draw(plus(sum(input, ['workflow']), sum(output, ['workflow'])), '{{workflow}}')],
      }),
      ranking({
        title: 'Models of unknown price',
        description:
          'The ten models with most calls of unknown price in the time range. Add their prices to ' +
          '`PRICES_FILE`.',
        unit: 'count',
        queries: [
          draw(
            topTen(sum(increase(select('llmUnpricedCalls', TARGET), WHOLE_RANGE), PRICED)),
            '{{provider}}/{{model}}',
          ),
        ],
      }),
    ]),
    charts('Duration', 2, [
      lines({
        title: 'Duration of calls',
        description: 'From the call to the last token, or to the failure. Dots open the trace.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('genAiDuration', WORKFLOW)),
        pointLinks: slow,
      }),
      lines({
        title: 'Time to first token',
        description:
          'Time until the provider starts to stream. Its queues show here first. All workflows.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('genAiFirstChunk', TARGET)),
        pointLinks: slow,
      }),
    ]),
    charts('Errors', 3, [
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
        links: [toBoard('runs')],
        absent: 'none',
      }),
    ]),
  ],
};
