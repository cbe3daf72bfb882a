/**
 * `npm run drill -- night [--only a,b] [--minutes N] [--jobs 3] [--write]`: the ten faults of a night on call, each on
 * a system that had `--minutes` (30) of traffic. Takes an hour and a half with `--jobs 3`. Exit code
 * 1: an alert fired too late or not at all, or another page arrived. `--write` stores the times for the runbooks.
 */

import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { keepTimes } from './alerts/kit/keep-times.ts';
import { nightDrills } from './alerts/night.ts';
import { runSuite } from './kit/main.ts';

const measured: AlertTime[] = [];

await runSuite({
  name: 'night',
  options: { minutes: { default: 30, least: 0 }, write: 'flag' },
  drills: ({ only, minutes }) =>
    nightDrills({
      minutes,
      only: only.split(',').filter(Boolean),
      onMeasured: (times) => void measured.push(...times),
    }),
  judge(_outcomes, { write }) {
    if (write) keepTimes(measured.splice(0));
    return [];
  },
});
