import type { Labels } from './routing.ts';

/** An alert as Prometheus tells of it. */
export interface FiringAlert {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * What somebody reads of a group of alerts.
 * @param prometheus its URL
 */
export function describeFiring(alerts: readonly FiringAlert[], prometheus: string): string[] {
  const [{ labels, annotations } = { labels: {}, annotations: {} }] = alerts;
  return [
    heading('FIRING', labels),
    ...alerts.map(describeAlert),
    `    ${annotations['description']}`,
    `    runbook  ${annotations['runbook_url']}`,
    `    panel    ${annotations['panel_title']}`,
    `    board    npm run observe:board -- ${annotations['dashboard_uid']} --url ${prometheus}`,
  ];
}

export function describeResolved(labels: Labels): string {
  return heading('RESOLVED', labels);
}

/** E.g. `18:02:11 [FIRING] page: NoApiUp` */
function heading(status: string, { severity, alertname }: Labels): string {
  const time = new Date().toTimeString().slice(0, 8);
  return `${time} [${status}] ${severity}: ${alertname}`;
}

function describeAlert({ labels, annotations }: FiringAlert): string {
  const { alertname: _, severity: __, ...own } = labels;
  const texts = Object.entries(own).map(([label, value]) => `${label}="${value}"`);
  return `  - ${annotations['summary']}${texts.length > 0 ? ` {${texts.join(', ')}}` : ''}`;
}
