import { setTimeout as sleep } from 'node:timers/promises';
import { breakAndMend } from '../alert-drill/break-and-mend.ts';
import type { AlertDrill } from '../alert-drill/drill.ts';
import { patience, shorterFor } from '../alert-drill/scale.ts';
import { startStand } from '../alert-drill/stand.ts';
import type { Fault } from '../fault-drill/fault.ts';
import type { Ending } from './ending.ts';
import { startPager } from './pager.ts';

/** Every range has something in it by then. */
const CALM_MS = 15_000;
const QUIET_MS = 12_000;

/** Drills that break something and keep it so, with a Prometheus to look at meanwhile. */
export function canBeExercised({ inject }: AlertDrill): boolean {
  return inject !== undefined;
}

export interface ExerciseOptions {
  minutes: number;
  ending: Ending;
  say: (line: string) => void;
  /** What the drill tells of itself meanwhile: not for whoever is on call. */
  onSecret: (what: string) => void;
}

/** A drill without its name, until it is asked to end: who is on call hears of it from Alertmanager. */
export function asExercise(drill: AlertDrill, options: ExerciseOptions): Fault {
  const { minutes, ending, say, onSecret } = options;
  const scale = 1 / shorterFor(drill);
  return {
    name: 'on-call',
    what: 'something breaks',
    limit: 'it is found by boards, alerts and runbooks',
    async run(context) {
      let isSecret = false;
      const progress = (what: string) => (isSecret ? onSecret(what) : context.progress(what));
      const stand = await startStand(
        { ...context, progress },
        { scale, ...(drill.bed && { bed: drill.bed }) },
      );
      const { url } = stand.prometheus;
      return breakAndMend(drill, stand, {
        ...patience(drill, scale),
        quietMs: QUIET_MS,
        async well() {
          isSecret = true;
          const pager = startPager(url, say);
          context.defer(() => pager.stop());
          brief({ api: stand.bed.system.apiUrl, prometheus: url, minutes }).forEach(say);
          ending.begin();
          await Promise.race([sleep(CALM_MS), ending.asked]);
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
    'You are on call. All is well, and soon something is not: what, and what would you do?',
    `  boards      npm run observe:board -- <uid> --url ${prometheus}`,
    `  Prometheus  ${prometheus}`,
    `  API         ${api}`,
    '  runbooks    observability/runbooks/',
    `  the end     Ctrl-C, or kill ${process.pid}; after ${minutes} minutes by itself`,
    'Times of alerts are shortened: what a summary calls an hour is a minute at most.',
  ];
}
