import type { Alert } from '../../shared/api.ts';

/** Problem code if the API has no PROMETHEUS_URL. */
export const NO_PROMETHEUS = 'prometheus_not_configured';

/** Whether an alert needs attention: it fires, and is no heartbeat, silenced or inhibited. */
function wantsPeople({ state, severity, silences, isInhibited }: Alert): boolean {
  return state === 'firing' && severity !== 'none' && silences.length === 0 && !isInhibited;
}

/** The alerts of one name: an objective's windows, or the series of a rule. The most urgent first. */
export interface NamedAlerts {
  name: string;
  alerts: readonly Alert[];
}

export interface AlertGroups {
  firing: NamedAlerts[];
  pending: NamedAlerts[];
  /** Silenced, caused by another alert, or a heartbeat. */
  quiet: NamedAlerts[];
  /** Rules without an active alert. */
  inactive: NamedAlerts[];
}

/** Groups alerts by name, and names by their most urgent alert. Each group keeps the API's order. */
export function groupAlerts(alerts: readonly Alert[]): AlertGroups {
  const groups: AlertGroups = { firing: [], pending: [], quiet: [], inactive: [] };
  for (const [name, same] of Map.groupBy(alerts, (alert) => alert.name)) {
    const active = same.filter(({ state }) => state !== 'inactive');
    if (active.length === 0) groups.inactive.push({ name, alerts: same });
    else groups[groupOf(active)].push({ name, alerts: active });
  }
  return groups;
}

function groupOf(active: readonly Alert[]): 'firing' | 'pending' | 'quiet' {
  if (active.some(wantsPeople)) return 'firing';
  const isPending = ({ state, severity }: Alert) => state === 'pending' && severity !== 'none';
  return active.some(isPending) ? 'pending' : 'quiet';
}

const ACRONYMS: Readonly<Record<string, string>> = { api: 'API', llm: 'LLM' };

/** A rule's name as a title: `ApiLatencyBurn` is `API latency: error budget burns`. */
export function alertTitle(name: string): string {
  const words = name
    .replaceAll(/(?<!^)(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(' ')
    .map((word) => ACRONYMS[word] ?? word);
  const text = words.join(' ').replace(/ burn$/, ': error budget burns');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
