import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const WORKER = { job: 'worker', instance: 'w' } as const;
const MODEL = { provider: 'openai', model: 'gpt-6-astra' } as const;
const cost = (workflow: string) => select('llmCost', { workflow, ...MODEL, ...WORKER });
const runs = (workflow: string) =>
  select('workflowRunsEnded', { workflow, outcome: 'succeeded', ...WORKER });

export const COST_CASES: readonly RuleCase[] = [
  ...casesOf('WorkflowCostDoubled', [
    fires(
      'after five hours of one run a minute at $0.20, a run costs $1',
      '390m',
      [
        [cost('digest'), '0+0.2x300 61+1x120'],
        [runs('digest'), '0+1x420'],
      ],
      {
        labels: { workflow: 'digest' },
        summary: 'A run of digest costs 3.7 times as much as in the week before',
      },
    ),
    fires(
      'workflows without a name of their own are watched together',
      '390m',
      [
        [cost('other'), '0+0.2x300 61+1x120'],
        [runs('other'), '0+1x420'],
      ],
      {
        labels: { workflow: 'other' },
        summary: 'A run of other costs 3.7 times as much as in the week before',
      },
    ),
    quiet('the cost rises five times, but only by cents', '6h', [
      [cost('digest'), '0+0.002x300 0.61+0.01x120'],
      [runs('digest'), '0+1x420'],
    ]),
    quiet('five times as many runs cost five times as much', '6h', [
      [cost('digest'), '0+0.2x300 61+1x120'],
      [runs('digest'), '0+1x300 305+5x120'],
    ]),
    quiet('a workflow that costs much from its first run on', '2h', [
      [cost('digest'), '0+1x120'],
      [runs('digest'), '0+1x120'],
    ]),
  ]),
];
