import type { RoutedAlert } from '@aio/query/alertmanager';
import type { ActiveAlert, AlertingRule } from '@aio/query/prometheus';
import { ANOTHER_OWNER, maskLabels } from '../../monitoring/mask-labels.ts';
import type { Reader } from '../../monitoring/reader.ts';

/** A placeholder of Prometheus' templates: `{{ $labels.queue }}`, `{{ $value | humanize }}`. */
const PLACEHOLDER = /\{\{(.*?)\}\}/g;
const LABEL = /^\s*\$labels\.(\w+)\s*$/;

/**
 * The alert as the reader may see it. If it names another owner, the texts come from the rule's templates, without
 * the value, which may be a figure of that owner.
 */
export function maskAlert(
  rule: Pick<AlertingRule, 'annotations'>,
  alert: ActiveAlert,
  reader: Reader,
  numberOf: (address: string) => string,
): ActiveAlert {
  const labels = maskLabels(alert.labels, reader, numberOf);
  const isForeign = Object.values(labels).includes(ANOTHER_OWNER);
  const textOf = isForeign
    ? (name: string) => fillTemplate(rule.annotations[name] ?? '', labels)
    : (name: string) => replaceValues(alert.annotations[name]!, alert.labels, labels);
  const annotations = Object.fromEntries(
    Object.keys(alert.annotations).map((name) => [name, textOf(name)]),
  );
  return { ...alert, labels, annotations, value: isForeign ? Number.NaN : alert.value };
}

/** An error of Prometheus may quote labels. */
export function maskRule(rule: AlertingRule): AlertingRule {
  return rule.lastError
    ? { ...rule, lastError: 'Prometheus could not evaluate the rule. Admins see the error.' }
    : rule;
}

/** Only admins see who silenced the alert, and why. */
export function maskRoute(route: RoutedAlert): RoutedAlert {
  const silences = route.silences.map((silence) => ({
    ...silence,
    createdBy: 'an operator',
    comment: '',
  }));
  return { ...route, silences };
}

function fillTemplate(template: string, labels: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACEHOLDER, (_, inside: string) => {
    const label = LABEL.exec(inside)?.[1];
    return (label !== undefined && labels[label]) || '…';
  });
}

/** Replaces each value that the reader may not see. Templates name only labels of the catalogue. */
function replaceValues(
  text: string,
  labels: Readonly<Record<string, string>>,
  masked: Readonly<Record<string, string>>,
): string {
  return Object.entries(labels)
    .filter(([label, value]) => value !== '' && label in masked && masked[label] !== value)
    .reduce((result, [label, value]) => result.replaceAll(value, masked[label]!), text);
}
