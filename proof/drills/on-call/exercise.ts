import { runbookPath } from '@aio/catalog/alerts/alert';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFigure, type DrillResult } from '../kit/checks.ts';
import type { Drill } from '../kit/drill.ts';
import { createRandom } from '@aio/loadtest/workflows/random';
import { namesOf } from '../../alert-faults/fault.ts';
import type { AlertDrill } from '../alerts/kit/alert-drill.ts';
import { breakAndMend } from '../alerts/kit/course.ts';
import { patience, shorterFor } from '../alerts/kit/scale.ts';
import { startStand } from '../alerts/kit/stand.ts';
import type { Ending } from './ending.ts';
import { createReader } from './message.ts';

/** By then, every range of the rules has samples. */
const CALM_MS = 15_000;
const QUIET_MS = 12_000;

interface ExerciseOptions {
  minutes: number;
  ending: Ending;
  say: (lines: readonly string[]) => void;
  /** Receives the drill's progress while the fault is secret. */
  onSecret: (what: string) => void;
}

/** Draws a drill by the seed, without those that need their own procedure (`run`). */
export function draw(drills: readonly AlertDrill[], seed: number): AlertDrill {
  return createRandom(seed).pick(drills.filter(({ inject }) => inject));
}

/** Turns a drill into an exercise: the fault stays until you end it or the time is up. */
export function asExercise(drill: AlertDrill, options: ExerciseOptions): Drill {
  const { minutes, ending, say, onSecret } = options;
  const scale = 1 / shorterFor(drill);
  return {
    name: 'on-call',
    what: 'breaks one thing',
    limits: 'you find the cause with alerts, boards and runbooks',
    async run(context) {
      let isSecret = false;
      const stand = await startStand(
        { ...context, progress: (what) => (isSecret ? onSecret(what) : context.progress(what)) },
        drill,
        scale,
      );
      const { url } = stand.prometheus;
      await breakAndMend(drill, stand, {
        ...patience(drill, scale),
        shorter: 1 / scale,
        quietMs: QUIET_MS,
        async well() {
          const read = createReader();
          stand.receiver.listen((message) => say(read(message)));
          say(brief({ api: stand.bed.system.apiUrl, prometheus: url, minutes }));
          ending.begin();
          await Promise.race([ending.asked, sleep(CALM_MS)]);
          isSecret = true;
        },
        async broken() {
          await Promise.race([ending.asked, sleep(minutes * 60_000)]);
          isSecret = false;
        },
      });
    },
  };
}

function brief({ api, prometheus, minutes }: { api: string; prometheus: string; minutes: number }) {
  return [
    '',
    'You are on call. AIO is healthy now, and something will break soon. Find the cause and the remedy.',
    `  Prometheus  ${prometheus}`,
    `  API         ${api}`,
    '  runbooks    observability/runbooks/',
    `  to end      Ctrl-C or kill ${process.pid}; ends after ${minutes} min`,
    'The rules use shorter times: an hour in an alert takes a minute or less.',
    '',
  ];
}

/**
 * Names the fault, the alerts that it causes, their times, and the misses.
 * @param options.secrets the drill's progress while the fault was secret
 * @param options.result null = the drill did not finish
 */
export function reveal(
  drill: AlertDrill,
  {
    seed,
    secrets,
    result,
  }: { seed: number; secrets: readonly string[]; result: DrillResult | null },
): string[] {
  const { name, what, fires, also = [] } = drill;
  const names = [...new Set(fires.map(({ alert }) => alert))];
  return [
    '',
    `It was ${name}: ${what}.`,
    ...secrets.map((secret) => `  progress   ${secret}`),
    `  fires      ${namesOf(fires)}${also.length > 0 ? `; may also fire: ${namesOf(also)}` : ''}`,
    ...names.map((alert) => `  runbook    ${runbookPath({ name: alert })}`),
    ...(result?.figures ?? []).map((figure) => `  measured   ${describeFigure(figure)}`),
    ...(result?.notes ?? []).map((note) => `  measured   ${note}`),
    ...(result?.misses ?? []).map((miss) => `  missed     ${miss}`),
    `  again      npm run drill -- on-call --seed ${seed}`,
  ];
}
