import { fillInLinks } from '@aio/catalog/alerts/links';
import { writeRuleTests as writeTestFile } from '@aio/slo/rule-tests';
import { alertRules } from './alert-rules.ts';
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
import type { RuleCase } from '@aio/slo/rule-case';
import { SLOW_CASES } from './rule-cases/slow.ts';
import { STEP_CASES } from './rule-cases/steps.ts';
import { TELEMETRY_CASES } from './rule-cases/telemetry.ts';

/** Cases by subject, like the alerts. */
export const RULE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'slo-burn': BURN_RATE_CASES,
  'slo-burn-slow': SLOW_BURN_RATE_CASES,
  failures: FAILURE_CASES,
  queue: QUEUE_CASES,
  steps: STEP_CASES,
  slow: SLOW_CASES,
  access: ACCESS_CASES,
  identity: IDENTITY_CASES,
  processes: PROCESS_CASES,
  dependencies: DEPENDENCY_CASES,
  llm: LLM_CASES,
  cost: COST_CASES,
  telemetry: TELEMETRY_CASES,
};

/** Evaluation interval by subject: long for hours of samples, short for alerts that fire within minutes. */
const EVALUATED: Readonly<Record<string, string>> = {
  'slo-burn-slow': '5m',
  cost: '5m',
  failures: '15s',
  dependencies: '15s',
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
  const group = alertRules().find(({ name }) => subject.startsWith(name))!;
  const records = recordingRules();
  const names = records.flatMap(({ rules }) =>
    rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
  );
  const isRecorded = group.rules.some(({ expr }) => names.some((name) => expr.includes(name)));
  return writeTestFile({
    // promtool evaluates every rule of these files in every case.
    ruleFiles: [...(isRecorded ? ['recording'] : []), group.name].map(
      (name) => `../rules/${name}.yml`,
    ),
    groups: [...(isRecorded ? records : []), group],
    cases,
    interval: EVALUATED[subject] ?? '1m',
    fillIn: fillInLinks,
  });
}
