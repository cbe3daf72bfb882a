import { setTimeout as sleep } from 'node:timers/promises';
import { breakAndMend } from '../alert-drill/break-and-mend.ts';
import type { AlertDrill } from '../alert-drill/drill.ts';
import { patience, shorterFor } from '../alert-drill/scale.ts';
import { startStand } from '../alert-drill/stand.ts';
import type { Drill } from '../drill/drill.ts';
import { createRandom } from '../random.ts';
import type { Ending } from './ending.ts';
import { createReader } from './message.ts';

/** Every range has something in it by then. */
const CALM_MS = 15_000;
const QUIET_MS = 12_000;

export interface ExerciseOptions {
  /** The longest that it stays broken. */
  minutes: number;
  ending: Ending;
  say: (lines: readonly string[]) => void;
  /** What the drill tells of itself while nobody is to know. */
  onSecret: (what: string) => void;
}

/** One of the drills that break something and leave a Prometheus to ask; the same one for a seed. */
export function draw(drills: readonly AlertDrill[], seed: number): AlertDrill {
  return createRandom(seed).pick(drills.filter(({ inject }) => inject));
}

/** A drill without its name: what has broken stays so until somebody ends it, or time is up. */
export function asExercise(drill: AlertDrill, options: ExerciseOptions): Drill {
  const { minutes, ending, say, onSecret } = options;
  const scale = 1 / shorterFor(drill);
  return {
    name: 'on-call',
    what: 'something breaks',
    limits: 'somebody finds out what, by alerts, boards and runbooks',
    async run(context) {
      let isSecret = false;
      const stand = await startStand(
        {
          ...context,
          progress: (what) => (isSecret ? onSecret(what) : context.progress(what)),
        },
        drill,
        scale,
      );
      const { url } = stand.prometheus;
      await breakAndMend(drill, stand, {
        ...patience(drill, scale),
        shorter: 1 / scale,
        quietMs: QUIET_MS,
        async well() {
          const read = createReader(url);
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
    'You are on call. All is well; soon something is not. What is it, and what would you do?',
    `  boards      npm run observe:board -- <uid> --url ${prometheus}`,
    `  Prometheus  ${prometheus}`,
    `  API         ${api}`,
    '  runbooks    observability/runbooks/',
    `  the end     Ctrl-C, or kill ${process.pid}; by itself after ${minutes} min`,
    'Times of the rules are shortened: what an alert calls an hour is a minute or less.',
    '',
  ];
}
