import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, createTimeScale } from '@aio/slo/time-scale';

const SHIPPED = join(import.meta.dirname, 'alertmanager/alertmanager.yml');

/**
 * The shipped configuration with a URL for pages and tickets, as Compose builds it from ALERT_WEBHOOK_URL.
 * @param scale below 1 shortens its waits, for drills
 */
export function writeAlertmanager(webhookUrl: string, scale = 1): string {
  const time = createTimeScale(scale);
  return readFileSync(SHIPPED, 'utf8')
    .replaceAll('#webhook: ', '')
    .replaceAll('"ALERT_WEBHOOK_URL"', () => JSON.stringify(webhookUrl))
    .replaceAll(
      /\b(group_wait|group_interval|repeat_interval): (\d+[smhd])/g,
      (_, name: string, full: Duration) => `${name}: ${time.hold(full)}`,
    );
}
