import { type Alert, runbookUrl } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { panelPath } from '@aio/catalog/boards';
import type { TimeScale } from '@aio/catalog/alerts/time-scale';
import type { AlertRule, RuleGroup } from './rule-group.ts';

export function alertRules(time: TimeScale): RuleGroup[] {
  return Object.entries(listAlerts(time)).map(([name, alerts]) => ({
    name,
    rules: alerts.map(alertRule),
  }));
}

/** An alert as a rule of Prometheus. */
export function alertRule(alert: Alert): AlertRule {
  return {
    alert: alert.name,
    expr: alert.query.promql,
    ...(alert.for !== '0s' && { for: alert.for }),
    ...(alert.keepFiringFor !== undefined && { keep_firing_for: alert.keepFiringFor }),
    labels: { severity: alert.severity, ...alert.labels },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: runbookUrl(alert),
      dashboard_uid: alert.panel.dashboardUid,
      panel_title: alert.panel.title,
      panel_path: panelPath(alert.panel.dashboardUid, alert.panel.title),
    },
  };
}
