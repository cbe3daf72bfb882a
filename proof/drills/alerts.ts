/**
 * `npm run drill -- alerts [--only a,b] [--scale N] [--seed N] [--jobs N] [--short] [--json FILE] [--list] [--write]`:
 * causes each alert under a real Prometheus and Alertmanager. Exit code 1: an alert did not fire or resolve, an
 * unrelated alert fired, or the alert of a hard failure arrived too late. `--only` takes names of drills or alerts.
 * `--scale` divides the times of the rules by N; the default is 1 for hard failures, else 60 or 360. `--write` stores the
 * measured times for the runbooks.
 */

import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { runSuite } from './kit/main.ts';
import { ALERT_DRILLS, WITHOUT_DRILL } from './alerts/all.ts';
import { asDrill } from './alerts/kit/as-drill.ts';
import { keepTimes } from './alerts/kit/keep-times.ts';

const measured: AlertTime[] = [];
const onMeasured = (times: readonly AlertTime[]) => void measured.push(...times);

await runSuite({
  name: 'alerts',
  options: { scale: { default: 0, least: 1 }, write: 'flag' },
  drills: ({ scale }) =>
    ALERT_DRILLS.map((drill) => asDrill(drill, { shorter: scale || undefined, onMeasured })),
  remarks: Object.entries(WITHOUT_DRILL).map(([name, why]) => `no drill for ${name}: ${why}`),
  judge(_outcomes, { write }) {
    if (write) keepTimes(measured.splice(0));
    return [];
  },
});
