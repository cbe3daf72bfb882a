import { writeRuleFile } from '@aio/slo/define-slos';
import { alertRules } from './alert-rules.ts';
import { recordingRules } from './recording-rules.ts';
import type { RuleGroup } from '@aio/slo/rule-group';

/** Prometheus' rule files, text by file name: one of records, and one per group of alerts. */
export function writeRules(): Record<string, string> {
  const alerts = alertRules().map((group) => [`${group.name}.yml`, writeGroups([group])]);
  return { 'recording.yml': writeGroups(recordingRules()), ...Object.fromEntries(alerts) };
}

function writeGroups(groups: readonly RuleGroup[]): string {
  const header = '# Generated from observability/catalog by `npm run generate`. Do not edit.\n';
  return header + writeRuleFile(groups);
}
