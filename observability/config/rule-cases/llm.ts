import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const calls = (outcome: 'succeeded' | 'failed' | 'rate_limited') =>
  select('llmCalls', { provider: 'openai', outcome, job: 'worker', instance: 'w' });

export const LLM_CASES: readonly RuleCase[] = [
  {
    name: 'a quarter of the calls fail',
    alert: 'LlmErrors',
    given: [
      [calls('succeeded'), '0+75x60'],
      [calls('failed'), '0+25x60'],
    ],
    at: '10m',
    fires: [{ labels: { provider: 'openai' }, summary: '25% of the calls to openai fail' }],
  },
  {
    name: 'a quarter of the calls are rate limited, which has its own alert',
    alert: 'LlmErrors',
    given: [
      [calls('succeeded'), '0+75x60'],
      [calls('failed'), '0x60'],
      [calls('rate_limited'), '0+25x60'],
    ],
    at: '10m',
    fires: [],
  },
  {
    name: 'a quarter of the calls are rate limited',
    alert: 'LlmRateLimited',
    given: [
      [calls('succeeded'), '0+75x60'],
      [calls('failed'), '0x60'],
      [calls('rate_limited'), '0+25x60'],
    ],
    at: '10m',
    fires: [
      {
        labels: { provider: 'openai' },
        summary: '25% of the calls to openai are refused (429)',
      },
    ],
  },
  {
    name: 'one call in ten minutes is rate limited',
    alert: 'LlmRateLimited',
    given: [[calls('rate_limited'), '0+0.1x60']],
    at: '30m',
    fires: [],
  },
];
