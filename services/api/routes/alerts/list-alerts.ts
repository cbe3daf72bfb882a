import type { Static } from 'typebox';
import { findRouted, type RoutedAlert } from '@aio/query/alertmanager';
import type { Board } from '@aio/query/boards';
import type { ActiveAlert, AlertingRule, Labels, PrometheusApi } from '@aio/query/prometheus';
import { max, queryOverTime } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { isoTime } from '../../http/iso-time.ts';
import type { Monitoring } from '../../monitoring/create-monitoring.ts';
import type { AlertList, AlertSchema } from './schema.ts';

type Alert = Static<typeof AlertSchema>;

const FIRING = selectForeign('ALERTS', { alertstate: 'firing' });
const LAST_FIRED = max(
  queryOverTime('max', { promql: `timestamp(${FIRING.promql})`, labels: FIRING.labels }, '1d'),
  ['alertname'],
);
const STATES = ['firing', 'pending', 'inactive'];
const SEVERITIES = ['page', 'ticket'];

/** All alerts, the most urgent first, then the inactive rules. */
export async function listAlerts(monitoring: Monitoring): Promise<Static<typeof AlertList>> {
  const [rules, routing, firedAt] = await Promise.all([
    monitoring.ask((prometheus) => prometheus.alertingRules()),
    readRouting(monitoring),
    monitoring.ask(askFired),
  ]);
  const items = rules.flatMap((rule): Alert[] => {
    if (rule.alerts.length === 0)
      return [presentQuiet(rule, firedAt.get(rule.name) ?? null, monitoring)];
    return rule.alerts.map((alert) =>
      presentActive(rule, alert, findRouted(alert.labels, routing.alerts), monitoring),
    );
  });
  return { alertmanager: routing.state, items: items.toSorted(byUrgency) };
}

type Shown = Pick<Monitoring, 'boards' | 'runbooks'>;

/** When each alert last fired within a day, by name. */
async function askFired(prometheus: PrometheusApi): Promise<ReadonlyMap<string, string>> {
  const fired = await prometheus.query(LAST_FIRED.promql, Date.now() / 1000);
  return new Map(
    fired.map(({ labels, samples: [sample] }) => [
      labels['alertname'] ?? '',
      new Date((sample?.value ?? 0) * 1000).toISOString(),
    ]),
  );
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

function presentQuiet(rule: AlertingRule, endedAt: string | null, monitoring: Shown): Alert {
  return {
    ...presentRule(rule, monitoring),
    state: 'inactive',
    value: null,
    since: null,
    endedAt,
    summary: null,
    description: rule.annotations['description'] ?? null,
    // Examples of what did not happen would mislead.
    examples: null,
    labels: rule.labels,
    silences: [],
    isInhibited: false,
  };
}

function presentActive(
  rule: AlertingRule,
  { labels, annotations, state, activeAt, keepFiringSince, value }: ActiveAlert,
  route: RoutedAlert | undefined,
  monitoring: Shown,
): Alert {
  return {
    ...presentRule(rule, monitoring),
    state,
    value: Number.isFinite(value) ? value : null,
    since: isoTime(activeAt),
    endedAt: keepFiringSince === undefined ? null : isoTime(keepFiringSince),
    summary: annotations['summary'] ?? null,
    description: annotations['description'] ?? null,
    examples: examplesOf(annotations),
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

function presentRule(rule: AlertingRule, { boards, runbooks }: Shown) {
  return {
    name: rule.name,
    group: rule.group,
    severity: rule.labels['severity'] ?? 'none',
    query: rule.query,
    forSeconds: rule.forSeconds,
    whyNow: rule.annotations['why_now'] ?? null,
    ruleError: rule.lastError || null,
    hasRunbook: runbooks.has(rule.name),
    panel: panelOf(rule, boards),
  };
}

/** The path of the page of examples. */
function examplesOf({ examples_url: url = '' }: Labels): string | null {
  return /^(?:https?:\/\/[^/]+|\{\{.*\}\})(\/[^{]*)$/.exec(url)?.[1] ?? null;
}

function panelOf(
  { annotations }: AlertingRule,
  boards: ReadonlyMap<string, Board>,
): Alert['panel'] {
  const board = boards.get(annotations['dashboard_uid'] ?? '');
  const panel = board && board.panels.find(({ title }) => title === annotations['panel_title']);
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
