import { increase, max, minus, plus, sum, times } from '@aio/slo/promql';
import { type Range } from '@aio/slo/query';
import { select } from '@aio/catalog/metrics/select';
import { FLOOR_USD_PER_HOUR, MIN_RUNS } from '@aio/catalog/objectives/spend-limits';
import { recordedSpend, spentIn } from '@aio/catalog/objectives/spend-series';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { WHOLE_RANGE, perSecond, share, topTen } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { NOISY_NEIGHBOURS } from './noisy-neighbours.ts';
import { verdict } from './verdict-tiles.ts';

const MODEL = ['provider', 'model'] as const;
/** The chosen workflows. Recorded series have neither job nor instance. */
const CHOSEN = { workflow: WORKFLOW.workflow };

const byWorkflow = (range: Range) => spentIn(recordedSpend('byWorkflow', CHOSEN), range);
const byModel = (range: Range) => sum(spentIn(recordedSpend('byModel', CHOSEN), range), MODEL);
const byOwner = (range: Range) => spentIn(recordedSpend('byOwner'), range);
const perHour = times(perSecond(select('llmCost', WORKFLOW), ['workflow']), 3600);
const now = {
  input: perSecond(select('genAiInputTokens', WORKFLOW)),
  cached: perSecond(select('genAiCacheReadTokens', WORKFLOW)),
  written: perSecond(select('genAiCacheWriteTokens', WORKFLOW)),
  output: perSecond(select('genAiOutputTokens', WORKFLOW)),
  reasoning: perSecond(select('genAiReasoningTokens', WORKFLOW)),
};
const unpriced = select('llmUnpricedCalls', TARGET);

/** Costs of language models by workflow and owner, and use of other owners' capacity. */
export const COST: Board = {
  name: 'cost',
  description:
    'What do language models cost, whose work is it, and who uses the capacity of others?',
  next: ['llm', 'runs', 'queueAndWorkers'],
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
        title: 'Calls of unknown price',
        description:
          'Calls in 24 hours that no cost includes. The price file lacks the model or its service ' +
          'tier, the answer broke off, or the provider did not count the tokens. All workflows.',
        unit: 'count',
        queries: [draw(sum(increase(unpriced, '1d')), 'calls', { instant: true })],
        limits: above(1, null),
      }),
    ]),
    figures('Now', [
      stat({
        title: 'Spent in 24 hours',
        description:
          'According to the price file. Calls of unknown price add nothing. The chosen workflows.',
        unit: 'usd',
        queries: [draw(sum(byWorkflow('1d')), 'spent', { instant: true })],
      }),
    ]),
    charts('24 hours', 3, [
      lines({
        title: 'Spend by workflow',
        description: 'Cost of the previous 24 hours, at each moment.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byWorkflow('1d'), '{{workflow}}')],
      }),
      lines({
        title: 'Spend by model',
        description: 'Cost of the previous 24 hours, at each moment, of the chosen workflows.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byModel('1d'), '{{provider}}/{{model}}')],
        links: [toBoard('llm')],
      }),
      lines({
        title: 'Spend by owner',
        description: 'Cost of the previous 24 hours, at each moment, by owner of the runs.',
        unit: 'usd',
        stacked: true,
        queries: [draw(byOwner('1d'), '{{owner}}')],
      }),
    ]),
    charts('Runs and tokens', 4, [
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
        links: [toBoard('llm')],
      }),
      lines({
        title: 'Cost an hour by workflow',
        description: 'Cost per hour at the current rate. It shows a change first.',
        unit: 'usd',
        stacked: true,
        queries: [draw(perHour, '{{workflow}}')],
      }),
      lines({
        title: 'Tokens by type',
        description:
          'Tokens per second. Cached input is cheaper, input written to the cache may cost more. ' +
          'Reasoning costs money but is not part of the answer.',
        unit: 'tokensPerSecond',
        stacked: true,
        queries: [
          draw(minus(now.input, plus(now.cached, now.written)), 'input'),
          draw(now.cached, 'input, cached'),
          draw(now.written, 'input, written to the cache'),
          draw(minus(now.output, now.reasoning), 'output'),
          draw(now.reasoning, 'output, reasoning'),
        ],
        links: [toBoard('llm')],
      }),
      ranking({
        title: 'Models of unknown price',
        description:
          'The ten models with most calls of unknown price in the time range. Add their prices to ' +
          '`PRICES_FILE`.',
        unit: 'count',
        queries: [
          draw(topTen(sum(increase(unpriced, WHOLE_RANGE), MODEL)), '{{provider}}/{{model}}'),
        ],
        links: [toBoard('llm')],
      }),
    ]),
    ...NOISY_NEIGHBOURS,
  ],
};
