import type { MetricDefinitions } from '@aio/metrics/metric';
import { stringify } from 'yaml';
import { type Alert, alertRule } from './alert.ts';
import { burnRateAlerts } from './burn-rate-alerts.ts';
import { k6Thresholds } from './k6-thresholds.ts';
import { recordingRules } from './recording-rules.ts';
import type { RuleGroup } from './rule-group.ts';
import { burnRateCases, writeRuleTests } from './rule-tests.ts';
import { createSelectors, type Selectors } from './select.ts';
import type { Slo } from './slo.ts';

/** What follows from objectives. */
export interface Slos<S extends Readonly<Record<string, Slo>>> {
  readonly slos: S;
  /** Records of events, ratios and budgets, then alerts: groups of Prometheus. */
  rules(): RuleGroup[];
  /** The same as the text of a rule file. */
  ruleFile(): string;
  /**
   * Tests of the alerts, as the text of a file for `promtool test rules`.
   * @param ruleFile path of the rule file, relative to the tests
   */
  ruleTests(ruleFile: string): string;
  /** k6's option `thresholds`. */
  k6Thresholds(): Record<string, string[]>;
}

export interface SloOptions {
  /** Annotations of an alert, e.g. `runbook_url`. Default: summary and description alone. */
  annotations?: (alert: Alert) => Readonly<Record<string, string>>;
}

/**
 * Objectives over defined metrics.
 * @param define receives typed selectors: a misspelt metric, label or bucket does not compile
 */
export function defineSlos<
  const M extends MetricDefinitions,
  const S extends Readonly<Record<string, Slo>>,
>(metrics: M, define: (series: Selectors<M>) => S, options: SloOptions = {}): Slos<S> {
  const slos = define(createSelectors(metrics));
  const { annotations = () => ({}) } = options;
  const rules = (): RuleGroup[] => [
    ...recordingRules(slos),
    {
      name: 'slo-burn',
      rules: burnRateAlerts(slos).map((alert) => alertRule(alert, annotations(alert))),
    },
  ];
  return {
    slos,
    rules,
    ruleFile: () => writeRuleFile(rules()),
    ruleTests: (ruleFile) =>
      writeRuleTests({ ruleFiles: [ruleFile], groups: rules(), cases: burnRateCases(slos) }),
    k6Thresholds: () => k6Thresholds(slos),
  };
}

/** A rule file of Prometheus, in YAML. */
export function writeRuleFile(groups: readonly RuleGroup[]): string {
  return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
