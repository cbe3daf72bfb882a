import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const calls = (outcome: 'succeeded' | 'failed' | 'rate_limited') =>
  select('llmCalls', { provider: 'openai', outcome, job: 'worker', instance: 'w' });

export const LLM_CASES: readonly RuleCase[] = [
  ...casesOf('LlmErrors', [
    fires(
      'a quarter of the calls fail',
      '10m',
      [
        [calls('succeeded'), '0+75x60'],
        [calls('failed'), '0+25x60'],
      ],
      { labels: { provider: 'openai' }, summary: '25% of the calls to openai fail' },
    ),
    quiet('a quarter of the calls are rate limited, which has its own alert', '10m', [
      [calls('succeeded'), '0+75x60'],
      [calls('failed'), '0x60'],
      [calls('rate_limited'), '0+25x60'],
    ]),
  ]),
  ...casesOf('LlmRateLimited', [
    fires(
      'a quarter of the calls are rate limited',
      '10m',
      [
        [calls('succeeded'), '0+75x60'],
        [calls('failed'), '0x60'],
        [calls('rate_limited'), '0+25x60'],
      ],
      {
        labels: { provider: 'openai' },
        summary: '25% of the calls to openai are refused (429)',
      },
    ),
    quiet('one call in ten minutes is rate limited', '30m', [[calls('rate_limited'), '0+0.1x60']]),
  ]),
];
