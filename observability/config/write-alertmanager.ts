import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHIPPED = join(import.meta.dirname, 'alertmanager');

/** Receivers of pages and tickets: the variables `ALERT_…` of Compose, without this prefix. */
export type Receivers = Partial<
  Record<
    'WEBHOOK_URL' | 'SLACK_URL' | 'PAGERDUTY_KEY' | 'MAIL_TO' | 'MAIL_FROM' | 'MAIL_SMARTHOST',
    string
  >
>;

/** The shipped files by name, as Compose builds them. */
export function writeAlertmanager(receivers: Receivers): Record<string, string> {
  let text = readFileSync(join(SHIPPED, 'alertmanager.yml'), 'utf8');
  for (const [name, value] of Object.entries(receivers)) {
    const [kind = ''] = name.split('_');
    text = text
      .replaceAll(`#${kind}: `, '')
      .replaceAll(`"ALERT_${name}"`, () => JSON.stringify(value));
  }
  return {
    'alertmanager.yml': text,
    'aio.tmpl': readFileSync(join(SHIPPED, 'aio.tmpl'), 'utf8'),
  };
}
