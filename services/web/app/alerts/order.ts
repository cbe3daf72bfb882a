import type { Alert } from '../../shared/api.ts';

/** Problem code if the API has no PROMETHEUS_URL. */
export const NO_PROMETHEUS = 'prometheus_not_configured';

/** Whether an alert needs attention: it fires, and is no heartbeat, silenced or inhibited. */
export function wantsPeople({ state, severity, silences, isInhibited }: Alert): boolean {
  return state === 'firing' && severity !== 'none' && silences.length === 0 && !isInhibited;
}

export interface AlertGroups {
  firing: Alert[];
  pending: Alert[];
  /** Silenced, caused by another alert, or a heartbeat. */
  quiet: Alert[];
  /** Rules without an active alert, one per name. */
  inactive: Alert[];
}

/** Groups alerts by urgency. Each group keeps the API's order. */
export function groupAlerts(alerts: readonly Alert[]): AlertGroups {
  const groups: AlertGroups = { firing: [], pending: [], quiet: [], inactive: [] };
  const active = new Set<string>();
  for (const alert of alerts) {
    if (alert.state === 'inactive') continue;
    active.add(alert.name);
    if (wantsPeople(alert)) groups.firing.push(alert);
    else if (alert.state === 'pending' && alert.severity !== 'none') groups.pending.push(alert);
    else groups.quiet.push(alert);
  }
  const seen = new Set(active);
  for (const alert of alerts) {
    if (alert.state !== 'inactive' || seen.has(alert.name)) continue;
    seen.add(alert.name);
    groups.inactive.push(alert);
  }
  return groups;
}
