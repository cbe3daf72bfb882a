import { ALERT_TIMES_FILE, type AlertTime, readAlertTimes } from '@aio/catalog/alert-times';
import { writeFileSync } from 'node:fs';

/**
 * Puts what was measured beside the runbooks, in the place of what the same drills had before; those that are gone
 * are dropped. `npm run generate` makes the table of it.
 * @param drills names of all that there are, in the order of the table
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
