/** Unit tests of alerts, as files for `promtool test rules`. */
import { stringify } from 'yaml';
import { burnAlertName, percent } from './burn-rate-alerts.ts';
import { BURN_RATES } from './burn-rates.ts';
import { samplesOf } from './examples.ts';
import type { RuleCase } from './rule-case.ts';
import type { AlertRule, RuleGroup } from './rule-group.ts';
import { errorBudget, minEventsOf, type Slo } from './slo.ts';

/** Series with their samples, from the samples of counters of bad, good and all events. */
export type SamplesOf = (bad: string, good: string, all: string) => RuleCase['given'];

/**
 * A case in which, from the start, a share of 100 events a minute is bad; of more, if ten minutes of them are too few to say.
 * @param windows long windows whose alerts fire at this time
 * @param samples default: derived from the selectors of the objective
 */
export function steadyCase(
  key: string,
  slo: Slo,
  bad: number,
  at: RuleCase['at'],
  windows: readonly string[],
  samples: SamplesOf = samplesOf(key, slo),
): RuleCase {
  const perMinute = Math.max(100, minEventsOf(slo) / 10);
  const counter = (percent: number) => `0+${Number(((perMinute * percent) / 400).toFixed(6))}x1200`;
  const { title } = slo;
  const allowed = percent(errorBudget(slo));
  return {
    name: `${title}: ${bad} % bad for ${at}`,
    alert: burnAlertName(key),
    // A rate over one minute needs samples at the scrape interval.
    every: '15s',
    given: samples(counter(bad), counter(100 - bad), counter(100)),
    at,
    fires: windows.map((window) => ({
      window,
      labels: { slo: key },
      summary: `${title}: ${bad}% bad in ${window}, the objective allows ${allowed}`,
    })),
  };
}

/** Of each objective: a fast burn, a slow one, and what it allows. */
export function burnRateCases(slos: Readonly<Record<string, Slo>>): RuleCase[] {
  const [fast] = BURN_RATES;
  return Object.entries(slos).flatMap(([key, slo]) => {
    const share = (factor: number) =>
      Math.min(100, Number((factor * errorBudget(slo) * 100).toPrecision(4)));
    return [
      // Below 93 %, all events being bad is no fast burn.
      ...(share(fast.factor) < 100 ? [steadyCase(key, slo, share(20), '15m', ['1h'])] : []),
      ...(share(4) < 100 ? [steadyCase(key, slo, share(4), '2h', ['1d'])] : []),
      steadyCase(key, slo, share(0.5), '2h', []),
    ];
  });
}

/**
 * A file for `promtool test rules`, in YAML.
 * @param groups all rule groups of the files, in the order in which to evaluate them: records before alerts that read them
 * @throws Error if a case names an alert that the groups lack
 */
export function writeRuleTests(file: {
  /** Relative to the file. */
  ruleFiles: readonly string[];
  groups: readonly RuleGroup[];
  cases: readonly RuleCase[];
  /** Default: a minute. */
  interval?: string;
  /** What Prometheus makes of an annotation with templates, given the labels of the alert. Default: the same text. */
  fillIn?: (annotation: string, labels: Readonly<Record<string, string>>) => string;
}): string {
  const { ruleFiles, groups, cases, interval = '1m', fillIn = (annotation) => annotation } = file;
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => 'alert' in rule);
  return stringify(
    {
      rule_files: ruleFiles,
      evaluation_interval: interval,
      // promtool's own order is arbitrary.
      group_eval_order: groups.map(({ name }) => name),
      tests: cases.map((one) => writeTest(one, alerts, fillIn)),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function writeTest(
  one: RuleCase,
  alerts: readonly AlertRule[],
  fillIn: (annotation: string, labels: Readonly<Record<string, string>>) => string,
): object {
  const { name, alert, every = '1m', given, at, fires } = one;
  return {
    name,
    interval: every,
    input_series: given.map(([series, values]) => ({ series: series.promql, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert,
        exp_alerts: fires.map(({ window, labels, summary }) => {
          const rule = findAlert(alerts, alert, window);
          const own = { ...rule.labels, ...labels };
          const annotations = Object.entries(rule.annotations).map(([key, text]) => [
            key,
            fillIn(text, own),
          ]);
          return {
            exp_labels: own,
            exp_annotations: { ...Object.fromEntries(annotations), summary },
          };
        }),
      },
    ],
  };
}

function findAlert(alerts: readonly AlertRule[], name: string, window?: string): AlertRule {
  const found = alerts.find(({ alert, labels }) => alert === name && labels.window === window);
  if (found) return found;
  throw new Error(`there is no alert ${name}${window ? ` with window ${window}` : ''}`);
}
