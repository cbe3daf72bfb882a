/**
 * `npm run drill -- alerts [--only a,b] [--scale N] [--seed N] [--jobs N] [--list]`: breaks what each
 * alert is for, under a real Prometheus whose times are N times shorter; exit code 1 = an alert did not
 * fire or resolve, or one fired that has nothing to do with it.
 */

import { asFault } from '../lib/alert-drill/run-drill.ts';
import { SHORTER } from '../lib/alert-drill/scale.ts';
import { runMain } from '../lib/drill-main.ts';
import { choose } from '../lib/fault-drill/choose.ts';
import { isPassed, summarize } from '../lib/fault-drill/report.ts';
import { createTeller, LIST_OPTIONS } from '../lib/fault-drill/tell-faults.ts';
import { readOptions } from '../lib/options.ts';
import { ALERT_DRILLS } from './alerts/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const { only, scale, seed, jobs, list } = readOptions(args, {
    ...LIST_OPTIONS,
    scale: { default: 0, least: 1 },
  });
  // By the name of a drill, or of an alert that it makes fire.
  const drills = choose(
    ALERT_DRILLS,
    only,
    'drill',
    (drill, name) => drill.name === name || drill.fires.some(({ alert }) => alert === name),
  );
  const faults = drills.map((drill) => asFault(drill, scale || undefined));
  const teller = createTeller(machine, { jobs });
  if (list) {
    teller.list(faults);
    return 0;
  }
  const shorter = scale || `${SHORTER.usual} or ${SHORTER.burns}`;
  teller.say(`drill alerts, times ${shorter} times shorter, seed ${seed}`);
  const outcomes = await teller.tell(faults, { seed, full: true });
  teller.say(...summarize(outcomes));
  return outcomes.every(isPassed) ? 0 : 1;
});
