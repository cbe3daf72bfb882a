import type { Static } from 'typebox';
import { findRouted, type RoutedAlert } from '@aio/query/alertmanager';
import { type Board, panelsOf } from '@aio/query/boards';
import type { ActiveAlert, AlertingRule } from '@aio/query/prometheus';
import { isoTime } from '../../http/iso-time.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Monitoring } from '../../monitoring/create-monitoring.ts';
import { maskAlert, maskRoute, maskRule } from './mask-alert.ts';
import type { AlertList, AlertSchema } from './schema.ts';

type Alert = Static<typeof AlertSchema>;

const STATES = ['firing', 'pending', 'inactive'];
const SEVERITIES = ['page', 'ticket'];

/** All alerts, the most urgent first, then the inactive rules. */
export async function listAlerts(
  monitoring: Monitoring,
  principal: Principal,
): Promise<Static<typeof AlertList>> {
  const [{ rules, numberOf }, routing, reader] = await Promise.all([
    monitoring.alertingRules(),
    readRouting(monitoring),
    monitoring.readerOf(principal),
  ]);
  const items = rules.flatMap((rule): Alert[] => {
    const shownRule = reader === null ? rule : maskRule(rule);
    if (rule.alerts.length === 0) return [presentQuiet(shownRule, monitoring)];
    return rule.alerts.map((alert) => {
      const route = findRouted(alert.labels, routing.alerts);
      return reader === null
        ? presentActive(rule, alert, route, monitoring)
        : presentActive(
            shownRule,
            maskAlert(rule, alert, reader, numberOf),
            route && maskRoute(route),
            monitoring,
          );
    });
  });
  return { alertmanager: routing.state, items: items.toSorted(byUrgency) };
}

interface Routing {
  state: Static<typeof AlertList>['alertmanager'];
  alerts: readonly RoutedAlert[];
}

/** Without Alertmanager, alerts have no silences. */
async function readRouting({ alertmanager }: Monitoring): Promise<Routing> {
  if (alertmanager === null) return { state: 'none', alerts: [] };
  return alertmanager.alerts().then(
    (alerts): Routing => ({ state: 'ok', alerts }),
    (): Routing => ({ state: 'away', alerts: [] }),
  );
}

function presentQuiet(rule: AlertingRule, monitoring: Monitoring): Alert {
  return {
    ...presentRule(rule, monitoring),
    state: 'inactive',
    value: null,
    since: null,
    summary: null,
    description: rule.annotations['description'] ?? null,
    labels: rule.labels,
    silences: [],
    isInhibited: false,
  };
}

function presentActive(
  rule: AlertingRule,
  { labels, annotations, state, activeAt, value }: ActiveAlert,
  route: RoutedAlert | undefined,
  monitoring: Monitoring,
): Alert {
  return {
    ...presentRule(rule, monitoring),
    state,
    value: Number.isFinite(value) ? value : null,
    since: isoTime(activeAt),
    summary: annotations['summary'] ?? null,
    description: annotations['description'] ?? null,
    labels,
    silences: (route?.silences ?? []).map(({ id, createdBy, comment, endsAt }) => ({
      id,
      createdBy,
      comment,
      endsAt: isoTime(endsAt),
    })),
    isInhibited: route?.isInhibited ?? false,
  };
}

function presentRule(rule: AlertingRule, { boards, runbooks }: Monitoring) {
  return {
    name: rule.name,
    group: rule.group,
    severity: rule.labels['severity'] ?? 'none',
    query: rule.query,
    forSeconds: rule.forSeconds,
    ruleError: rule.lastError || null,
    hasRunbook: runbooks.has(rule.name),
    panel: panelOf(rule, boards),
  };
}

function panelOf(
  { annotations }: AlertingRule,
  boards: ReadonlyMap<string, Board>,
): Alert['panel'] {
  const board = boards.get(annotations['dashboard_uid'] ?? '');
  const panel = board && panelsOf(board).find(({ title }) => title === annotations['panel_title']);
  return panel ? { uid: board.uid, id: panel.id, title: panel.title } : null;
}

function byUrgency(a: Alert, b: Alert): number {
  const rank = (alert: Alert) => [
    STATES.indexOf(alert.state),
    SEVERITIES.indexOf(alert.severity) + 1 || SEVERITIES.length + 1,
  ];
  const [stateA = 0, severityA = 0] = rank(a);
  const [stateB = 0, severityB = 0] = rank(b);
  return stateA - stateB || severityA - severityB || a.name.localeCompare(b.name);
}
