import type { Alert } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { createTimeScale } from '@aio/catalog/alerts/time-scale';
import { stringify } from 'yaml';
import { alertRule, alertRules } from './alert-rules.ts';
import { recordingRules } from './recording-rules.ts';
import { ACCESS_CASES } from './rule-cases/access.ts';
import { BURN_RATE_CASES, SLOW_BURN_RATE_CASES } from './rule-cases/burn-rates.ts';
import { COST_CASES } from './rule-cases/cost.ts';
import { DEPENDENCY_CASES } from './rule-cases/dependencies.ts';
import { FAILURE_CASES } from './rule-cases/failures.ts';
import { IDENTITY_CASES } from './rule-cases/identity.ts';
import { LLM_CASES } from './rule-cases/llm.ts';
import { PROCESS_CASES } from './rule-cases/processes.ts';
import { QUEUE_CASES } from './rule-cases/queue.ts';
import { UPKEEP_CASES } from './rule-cases/upkeep.ts';
import type { RuleCase } from './rule-cases/rule-case.ts';
import { STEP_CASES } from './rule-cases/steps.ts';
import { STORE_CASES } from './rule-cases/stores.ts';
import { TELEMETRY_CASES } from './rule-cases/telemetry.ts';

const FULL_SCALE = createTimeScale(1);

/** Cases by subject, like the alerts. */
export const RULE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'slo-burn': BURN_RATE_CASES,
  'slo-burn-slow': SLOW_BURN_RATE_CASES,
  failures: FAILURE_CASES,
  queue: QUEUE_CASES,
  steps: STEP_CASES,
  access: ACCESS_CASES,
  identity: IDENTITY_CASES,
  processes: PROCESS_CASES,
  dependencies: DEPENDENCY_CASES,
  llm: LLM_CASES,
  cost: COST_CASES,
  telemetry: TELEMETRY_CASES,
  upkeep: UPKEEP_CASES,
  stores: STORE_CASES,
};

/** Evaluation interval by subject: long for hours of samples, short for alerts that fire within minutes. */
const EVALUATED: Readonly<Record<string, string>> = {
  'slo-burn-slow': '5m',
  cost: '5m',
  stores: '5m',
  failures: '15s',
};

/** Files for `promtool test rules`, text by file name. */
export function writeRuleTests(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(RULE_CASES).map(([subject, cases]) => [
      `${subject}.yml`,
      writeTests(subject, cases),
    ]),
  );
}

function writeTests(subject: string, cases: readonly RuleCase[]): string {
  const group = alertRules(FULL_SCALE).find(({ name }) => subject.startsWith(name))!;
  const records = recordingRules(FULL_SCALE);
  const names = records.flatMap(({ rules }) =>
    rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
  );
  const isRecorded = group.rules.some(({ expr }) => names.some((name) => expr.includes(name)));
  const file = {
    // promtool evaluates every rule of these files in every case.
    rule_files: [...(isRecorded ? ['recording'] : []), group.name].map(
      (name) => `../rules/${name}.yml`,
    ),
    evaluation_interval: EVALUATED[subject] ?? '1m',
    // Recording rules before the alerts that read them. promtool's own order is arbitrary.
    group_eval_order: [...(isRecorded ? records : []), group].map(({ name }) => name),
    tests: cases.map(writeTest),
  };
  const header =
    '# Generated from observability/config/rule-cases by `npm run generate`. Do not edit.\n';
  return header + stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}

function writeTest({ name, alert, every = '1m', given, at, fires }: RuleCase): object {
  return {
    name,
    interval: every,
    input_series: given.map(([series, values]) => ({ series: series.promql, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert,
        exp_alerts: fires.map(({ window, labels, summary }) => {
          const rule = alertRule(findAlert(alert, window));
          return {
            exp_labels: { ...rule.labels, ...labels },
            exp_annotations: { ...rule.annotations, summary },
          };
        }),
      },
    ],
  };
}

function findAlert(name: string, window: string | undefined): Alert {
  const alert = Object.values(listAlerts())
    .flat()
    .find((candidate) => candidate.name === name && candidate.labels?.window === window);
  if (!alert)
    throw new Error(
      `rule-cases: there is no alert ${name}${window ? ` with window ${window}` : ''}`,
    );
  return alert;
}
