/**
 * `npm run drill -- alerts [--only a,b] [--scale N] [--seed N] [--jobs N] [--list] [--write]`: breaks what
 * each alert is for, under a real Prometheus and Alertmanager; exit code 1 = an alert did not fire or resolve, one
 * fired that has nothing to do with it, or a hard failure took too long to reach the receiver. The
 * times of the rules are N times shorter; by default 1 for hard failures. `--write` keeps what was measured
 * beside the runbooks.
 */

import type { AlertTime } from '@aio/catalog/alert-times';
import { keepTimes } from '../lib/alert-drill/keep-times.ts';
import { asFault } from '../lib/alert-drill/run-drill.ts';
import { SHORTER } from '../lib/alert-drill/scale.ts';
import { runMain } from '../lib/drill-main.ts';
import { choose } from '../lib/fault-drill/choose.ts';
import { isPassed, summarize } from '../lib/fault-drill/report.ts';
import { createTeller, LIST_OPTIONS } from '../lib/fault-drill/tell-faults.ts';
import { readOptions } from '../lib/options.ts';
import { ALERT_DRILLS } from './alerts/all.ts';
import { WITHOUT_DRILL } from './alerts/without-drill.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const { only, scale, seed, jobs, list, write } = readOptions(args, {
    ...LIST_OPTIONS,
    scale: { default: 0, least: 1 },
    write: 'flag',
  });
  // By the name of a drill, or of an alert that it makes fire.
  const drills = choose(
    ALERT_DRILLS,
    only,
    'drill',
    (drill, name) => drill.name === name || drill.fires.some(({ alert }) => alert === name),
  );
  const measured: AlertTime[] = [];
  const onMeasured = (times: readonly AlertTime[]) => void measured.push(...times);
  const faults = drills.map((drill) => asFault(drill, { shorter: scale || undefined, onMeasured }));
  const teller = createTeller(machine, { jobs });
  const without = Object.entries(WITHOUT_DRILL).map(([name, why]) => `no drill of ${name}: ${why}`);
  if (list) {
    teller.list(faults);
    teller.say(...without);
    return 0;
  }
  const shorter = scale || `${SHORTER.hard}, ${SHORTER.usual} or ${SHORTER.burns}`;
  teller.say(`drill alerts, times ${shorter} times shorter, seed ${seed}`);
  const outcomes = await teller.tell(faults, { seed, full: true });
  teller.say(...summarize(outcomes), ...without);
  if (write) {
    keepTimes(
      measured,
      ALERT_DRILLS.map(({ name }) => name),
    );
    teller.say('kept what was measured: npm run generate puts it into the list of runbooks');
  }
  return outcomes.every(isPassed) ? 0 : 1;
});
