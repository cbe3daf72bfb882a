import type { RuleGroup } from '@aio/config/rule-group';
import { stringify } from 'yaml';

/** @returns YAML with one PrometheusRule per name, for the Prometheus operator */
export function writePrometheusRules(
  groups: Readonly<Record<string, readonly RuleGroup[]>>,
): string {
  const header = '# Generated from observability/catalog by `npm run generate`. Do not edit.\n';
  const documents = Object.entries(groups).map(([name, groups]) =>
    stringify(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name },
        spec: { groups },
      },
      { lineWidth: 0, aliasDuplicateObjects: false },
    ),
  );
  return header + documents.join('---\n');
}
