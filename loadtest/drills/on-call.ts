/**
 * `npm run drill -- on-call [--seed N] [--minutes N]`: an exercise for people on call. Breaks one of the
 * things that alerts are for, without telling which, and sends what Alertmanager would send; ends with
 * Ctrl-C, SIGTERM or after 15 minutes: then it mends, and tells what it was. Exit code 1 = the exercise
 * itself could not go on.
 */

import { randomInt } from 'node:crypto';
import { runMain } from '../lib/drill-main.ts';
import { showProgress } from '../lib/fault-drill/progress.ts';
import { describeOutcome } from '../lib/fault-drill/report.ts';
import { runFault } from '../lib/fault-drill/run-faults.ts';
import { watchEnding } from '../lib/on-call/ending.ts';
import { asExercise, canBeExercised } from '../lib/on-call/exercise.ts';
import { reveal } from '../lib/on-call/reveal.ts';
import { readOptions } from '../lib/options.ts';
import { createRandom } from '../lib/random.ts';
import { ALERT_DRILLS } from './alerts/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const { seed, minutes } = readOptions(args, {
    seed: { default: randomInt(1_000_000), least: 0 },
    minutes: { default: 15, least: 1 },
  });
  const drill = createRandom(seed).pick(ALERT_DRILLS.filter(canBeExercised));
  const ending = watchEnding();
  const progress = showProgress(process.stdout);
  const say = (line: string) => progress.say(line);
  const secrets: string[] = [];
  const exercise = asExercise(drill, {
    minutes,
    ending,
    say,
    onSecret: (what) => secrets.push(what),
  });
  const outcome = await runFault(exercise, {
    ...machine,
    seed,
    full: true,
    interrupted: ending.interrupted,
    onProgress: ({ name }, what) => progress.show(name, what),
  });
  progress.end(exercise.name);
  if (!ending.hasBegun) {
    describeOutcome(outcome).forEach(say);
    return 1;
  }
  reveal(drill, outcome, secrets).forEach(say);
  say(`  again     npm run drill -- on-call --seed ${seed}`);
  return outcome.kind === 'done' ? 0 : 1;
});
