import { createTimeScale } from '@aio/catalog/time-scale';
import { stringify } from 'yaml';
import { alertRules } from './alert-rules.ts';
import { recordingRules } from './recording-rules.ts';
import type { RuleGroup } from './rule-group.ts';

/**
 * Prometheus' rule files, text by file name.
 * @param scale 1 = as committed; below 1 shortens every window, hold and age, for drills
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
