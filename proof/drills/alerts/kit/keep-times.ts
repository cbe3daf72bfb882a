import { ALERT_TIMES_FILE, type AlertTime, readAlertTimes } from '@aio/catalog/alerts/alert-times';
import { writeFileSync } from 'node:fs';
import { ALERT_DRILLS } from '../all.ts';

/** Replaces the stored times of the measured drills, and removes those of deleted drills. */
export function keepTimes(times: readonly AlertTime[]): void {
  const known = Map.groupBy(readAlertTimes(ALERT_TIMES_FILE), ({ drill }) => drill);
  const latest = Map.groupBy(times, ({ drill }) => drill);
  const rows = ALERT_DRILLS.flatMap(({ name }) => latest.get(name) ?? known.get(name) ?? []);
  writeFileSync(ALERT_TIMES_FILE, `${JSON.stringify(rows, null, 2)}\n`);
}
