import type { Alert } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { linksOf } from '@aio/catalog/alerts/links';
import { alertRule } from '@aio/slo/alert';
import type { RuleGroup } from '@aio/slo/rule-group';

export function alertRules(): RuleGroup[] {
  return Object.entries(listAlerts()).map(([name, alerts]) => ({
    name,
    rules: alerts.map((alert) => alertRule(alert, annotationsOf(alert))),
  }));
}

function annotationsOf(alert: Alert): Record<string, string> {
  return {
    ...linksOf(alert),
    dashboard_uid: alert.panel.dashboardUid,
    panel_title: alert.panel.title,
  };
}
