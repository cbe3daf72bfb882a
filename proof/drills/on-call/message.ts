import type { Message } from '../alerts/kit/receiver.ts';

type Alert = Message['alerts'][number];

/**
 * Formats the messages that Alertmanager posts. It omits repeats of firing alerts, because the drill
 * shortens `repeat_interval` to seconds.
 * @returns the lines of a message; none if nothing changed
 */
export function createReader(): (message: Message) => string[] {
  const printed = new Map<string, ReadonlySet<string>>();
  return ({ groupKey, alerts }) => {
    const firing = alerts.filter(({ status }) => status === 'firing');
    if (firing.length === 0) {
      printed.delete(groupKey);
      return alerts.slice(0, 1).map(({ labels }) => heading('RESOLVED', labels));
    }
    const before = printed.get(groupKey);
    const now = firing.map(({ labels }) => JSON.stringify(labels));
    printed.set(groupKey, new Set(now));
    return now.every((alert) => before?.has(alert)) ? [] : describeFiring(firing);
  };
}

function describeFiring(alerts: readonly Alert[]): string[] {
  const { labels, annotations } = alerts[0]!;
  return [
    heading('FIRING', labels),
    ...alerts.map(describeAlert),
    `    ${annotations['description']}`,
    `    runbook  ${annotations['runbook_url']}`,
    `    panel    ${annotations['panel_title']}`,
    `    board    ${annotations['dashboard_uid']}`,
  ];
}

/** E.g. `18:02:11 [FIRING] page: NoApiUp` */
function heading(status: string, { severity, alertname }: Alert['labels']): string {
  const time = new Date().toTimeString().slice(0, 8);
  return `${time} [${status}] ${severity}: ${alertname}`;
}

function describeAlert({ labels, annotations }: Alert): string {
  const { alertname: _, severity: __, ...own } = labels;
  const texts = Object.entries(own).map(([label, value]) => `${label}="${value}"`);
  return `  - ${annotations['summary']}${texts.length > 0 ? ` {${texts.join(', ')}}` : ''}`;
}
