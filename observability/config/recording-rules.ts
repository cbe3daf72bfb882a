import { SLOS } from '@aio/catalog/objectives/slos';
import { countProxyErrors, PROXY_ERRORS_NAME } from '@aio/catalog/proxy-errors';
import { EVENTS_RANGE, record, recordingRules as rulesOfSlos } from '@aio/slo/recording-rules';
import type { RuleGroup } from '@aio/slo/rule-group';
import { spendRules } from './spend-rules.ts';

/** Records of objectives and of spend. */
export function recordingRules(): RuleGroup[] {
  const [events, ...others] = rulesOfSlos(SLOS);
  const proxyErrors = record(PROXY_ERRORS_NAME, countProxyErrors(EVENTS_RANGE));
  return [{ ...events, rules: [proxyErrors, ...events.rules] }, ...others, spendRules()];
}
