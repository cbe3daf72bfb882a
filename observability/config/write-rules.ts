import { createTimeScale } from '@aio/catalog/time-scale';
import { stringify } from 'yaml';
import { alertRules } from './alert-rules.ts';
import { recordingRules } from './recording-rules.ts';
import type { RuleGroup } from './rule-group.ts';

/**
 * The rule files of Prometheus: name of the file to its text.
 * @param scale 1 = as committed; less shortens every window, hold and age, for drills
 */
export function writeRules(scale = 1): Record<string, string> {
  const time = createTimeScale(scale);
  return {
    'recording.yml': writeGroups(recordingRules(time)),
    'alerts.yml': writeGroups(alertRules(time)),
  };
}

function writeGroups(groups: readonly RuleGroup[]): string {
  const header = '# Generated from observability/catalog by `npm run generate`. Do not edit.\n';
  return header + stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
