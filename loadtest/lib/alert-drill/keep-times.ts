import { ALERT_TIMES_FILE, type AlertTime, readAlertTimes } from '@aio/catalog/alert-times';
import { writeFileSync } from 'node:fs';

/**
 * Replaces the stored times of the measured drills, and removes those of deleted drills. `npm run generate` renders
 * the table.
 * @param drills names of all drills, in the table's order
 */
export function keepTimes(
  measured: readonly AlertTime[],
  drills: readonly string[],
  file = ALERT_TIMES_FILE,
): void {
  const known = Map.groupBy(readAlertTimes(file), ({ drill }) => drill);
  const latest = Map.groupBy(measured, ({ drill }) => drill);
  const rows = drills.flatMap((drill) => latest.get(drill) ?? known.get(drill) ?? []);
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}
