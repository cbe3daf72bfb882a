import type { Alert } from '../../shared/api.ts';

/** The problem of an API that has no Prometheus to ask. */
export const NO_PROMETHEUS = 'prometheus_not_configured';

/** Alerts that people should know of: not those that prove by firing that alerting works, nor what is silenced. */
export function wantsPeople({ state, severity, silences, isInhibited }: Alert): boolean {
  return state === 'firing' && severity !== 'none' && silences.length === 0 && !isInhibited;
}

export interface AlertGroups {
  firing: Alert[];
  pending: Alert[];
  /** Silenced, caused by another alert, or not for people. */
  quiet: Alert[];
  /** Rules that nothing breaks, one for each name. */
  inactive: Alert[];
}

/** Alerts by what a reader does about them, each group in the API's order. */
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
