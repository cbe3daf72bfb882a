import { type Alert } from './alert.ts';
import { SHARE } from '@aio/slo/alert';
import { and, divide, increase, sum, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** LLM providers that refuse calls or fail. */
export function llmAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range('5m');
  const calls = sum(increase(select('llmCalls'), range), ['provider']);
  const share = (outcome: 'failed' | 'rate_limited') =>
    and(
      where(
        divide(sum(increase(select('llmCalls', { outcome }), range), ['provider']), calls),
        '>',
        0.1,
      ),
      where(calls, '>=', time.events(10)),
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
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-llm', title: 'Errors' },
    },
    {
      name: 'LlmRateLimited',
      severity: 'ticket',
      summary: `${SHARE} of the calls to {{ $labels.provider }} are refused (429)`,
      description:
        'The provider accepts fewer calls than the workflows make. Steps wait as long as the ' +
        'provider says and retry, so runs become slow before they fail.',
      query: share('rate_limited'),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-llm', title: 'Rate limits (429)' },
    },
  ];
}
