/**
 * `npm run drill -- on-call [--seed N] [--minutes N]`: an exercise for people on call. It breaks one of the things
 * that alerts are for, without naming it, and prints what Alertmanager would send. Ctrl-C, SIGTERM or the end of
 * 15 minutes ends the exercise. It then repairs the fault, waits until all alerts have resolved, and names the fault.
 * Exit code 1: the exercise could not go on.
 */

import { randomInt } from 'node:crypto';
import type { DrillResult } from './kit/checks.ts';
import { runMain } from './kit/main.ts';
import { showProgress } from './kit/progress.ts';
import { describeOutcome } from './kit/report.ts';
import { runDrill } from './kit/run-drills.ts';
import { readOptions } from '@aio/tools/cli/options';
import { ALERT_DRILLS } from './alerts/all.ts';
import { watchEnding } from './on-call/ending.ts';
import { asExercise, draw, reveal } from './on-call/exercise.ts';

await runMain(async (args, machine) => {
  const { seed, minutes } = readOptions(args, {
    seed: { default: randomInt(1_000_000), least: 0 },
    minutes: { default: 15, least: 1 },
  });
  const drill = draw(ALERT_DRILLS, seed);
  const ending = watchEnding();
  const progress = showProgress(process.stdout);
  const say = (lines: readonly string[]) => lines.forEach((line) => progress.say(line));
  const secrets: string[] = [];
  const exercise = asExercise(drill, { minutes, ending, say, onSecret: (it) => secrets.push(it) });
  let result: DrillResult | null = null;
  try {
    const outcome = await runDrill(exercise, {
      ...machine,
      seed,
      full: true,
      interrupted: ending.interrupted,
      onProgress: ({ name }, what) => progress.show(name, what),
    });
    progress.end(exercise.name);
    result = outcome.kind === 'done' ? outcome.result : null;
    if (!result) say(describeOutcome(outcome));
    return result ? 0 : 1;
  } finally {
    if (ending.hasBegun) say(reveal(drill, { seed, secrets, result }));
  }
});
