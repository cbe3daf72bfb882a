/**
 * `npm run drill -- alerts [--only a,b] [--seed N] [--jobs N] [--short] [--json FILE] [--list] [--write]`:
 * causes each alert that pages and a blocked event loop, and plays each game, under a real Prometheus and Alertmanager.
 * Exit code 1: an alert did not fire or resolve, an unrelated alert fired, or the alert of a hard failure arrived too
 * late. `--only` takes names of drills or alerts. `--write` stores the measured times for the runbooks.
 */

import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { runSuite } from './kit/main.ts';
import { ALERT_DRILLS } from './alerts/all.ts';
import { asDrill } from './alerts/kit/as-drill.ts';
import { keepTimes } from './alerts/kit/keep-times.ts';

const measured: AlertTime[] = [];
const onMeasured = (times: readonly AlertTime[]) => void measured.push(...times);

await runSuite({
  name: 'alerts',
  options: { write: 'flag' },
  drills: () => ALERT_DRILLS.map((drill) => asDrill(drill, onMeasured)),
  judge(_outcomes, { write }) {
    if (write) keepTimes(measured.splice(0));
    return [];
  },
});
