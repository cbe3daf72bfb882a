export { type Alert, alertRule, COUNT, type Severity, SHARE, TIME } from './alert.ts';
export {
  createSlos,
  defineSlos,
  type SloOptions,
  type Slos,
  writeRuleFile,
} from './define-slos.ts';
export { type K6Threshold, k6Thresholds, listK6Thresholds } from './k6-thresholds.ts';
export type { Query, Series } from './query.ts';
export { casesOf, fires, quiet, type RuleCase } from './rule-case.ts';
export type { AlertRule, RecordingRule, RuleGroup } from './rule-group.ts';
export { burnRateCases, type SamplesOf, steadyCase, writeRuleTests } from './rule-tests.ts';
export { createSelectors, type Selectors } from './select.ts';
export { type Matcher, seriesOf } from './series.ts';
export type { Counted, K6Metric, Slo } from './slo.ts';
export { createTimeScale, type Duration, type TimeScale } from './time-scale.ts';
