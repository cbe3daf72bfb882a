import { SLOS } from '@aio/catalog/objectives/slos';
import { countProxyErrors, PROXY_ERRORS_NAME } from '@aio/catalog/proxy-errors';
import { EVENTS_RANGE, record, recordingRules as rulesOfSlos } from '@aio/slo/recording-rules';
import type { RuleGroup } from '@aio/slo/rule-group';
import type { TimeScale } from '@aio/slo/time-scale';
import { spendRules } from './spend-rules.ts';

/** Records of objectives and of spend. */
export function recordingRules(time: TimeScale): RuleGroup[] {
  const [events, ...others] = rulesOfSlos(SLOS, time);
  const proxyErrors = record(PROXY_ERRORS_NAME, countProxyErrors(time.range(EVENTS_RANGE)));
  return [{ ...events, rules: [proxyErrors, ...events.rules] }, ...others, spendRules(time)];
}
