import { countOf, select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const WORKER = { job: 'worker', instance: 'w' } as const;
const MODEL = { provider: 'openai', model: 'gpt-6-astra' } as const;
const cost = (workflow: string) => select('llmCost', { workflow, ...MODEL, ...WORKER });
const runs = (workflow: string) =>
  countOf('runDuration', { workflow, outcome: 'succeeded', ...WORKER });

export const COST_CASES: readonly RuleCase[] = [
  {
    name: 'after five hours of one run a minute at $0.20, a run costs $1',
    alert: 'WorkflowCostDoubled',
    given: [
      [cost('digest'), '0+0.2x300 61+1x120'],
      [runs('digest'), '0+1x420'],
    ],
    at: '390m',
    fires: [
      {
        labels: { workflow: 'digest' },
        summary: 'A run of digest costs 3.7 times as much as in the week before',
      },
    ],
  },
  {
    name: 'the cost rises five times, but only by cents',
    alert: 'WorkflowCostDoubled',
    given: [
      [cost('digest'), '0+0.002x300 0.61+0.01x120'],
      [runs('digest'), '0+1x420'],
    ],
    at: '6h',
    fires: [],
  },
  {
    name: 'five times as many runs cost five times as much',
    alert: 'WorkflowCostDoubled',
    given: [
      [cost('digest'), '0+0.2x300 61+1x120'],
      [runs('digest'), '0+1x300 305+5x120'],
    ],
    at: '6h',
    fires: [],
  },
  {
    name: 'a workflow that costs much from its first run on',
    alert: 'WorkflowCostDoubled',
    given: [
      [cost('digest'), '0+1x120'],
      [runs('digest'), '0+1x120'],
    ],
    at: '2h',
    fires: [],
  },
];
