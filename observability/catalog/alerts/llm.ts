import { type Alert } from './alert.ts';
import { SHARE } from '@aio/slo/alert';
import { select } from '../metrics/select.ts';
import { shareNow } from './share-now.ts';

/** LLM providers that refuse calls or fail. */
export function llmAlerts(): readonly Alert[] {
  const share = (outcome: 'failed' | 'rate_limited') =>
    shareNow(
      { bad: select('llmCalls', { outcome }), all: select('llmCalls'), by: ['provider'] },
      { above: 0.1, minBad: 5 },
    );
  return [
    {
      name: 'LlmErrors',
      severity: 'ticket',
      summary: `${SHARE} of the calls to {{ $labels.provider }} fail`,
      description:
        'More than a tenth of the calls fail for reasons other than a rate limit. Steps retry as ' +
        'their policy says. When they have no attempts left, their runs fail.',
      query: share('failed'),
      for: '1m',
      panel: { dashboardUid: 'aio-cost', title: 'Errors' },
      examples: '/runs?status=failed',
    },
    {
      name: 'LlmRateLimited',
      severity: 'ticket',
      summary: `${SHARE} of the calls to {{ $labels.provider }} are refused (429)`,
      description:
        'The provider accepts fewer calls than the workflows make. Steps wait as long as the ' +
        'provider says and retry, so runs become slow before they fail.',
      query: share('rate_limited'),
      for: '1m',
      panel: { dashboardUid: 'aio-cost', title: 'Rate limits (429)' },
    },
  ];
}
