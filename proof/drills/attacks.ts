/**
 * `npm run drill -- attacks [--commit SHA] [--only a,b] [--json FILE] [--list]`: one person, or a vendor, tries to take
 * an API or a worker of 512 MB away from the others. `--commit` attacks the code of an earlier commit. Takes ten
 * minutes. Exit code 1: an attack had an effect.
 */

import { runSuite } from './kit/main.ts';
import { BULK_ACTIONS, COSTLY_INPUTS, EVENT_STREAMS, LARGE_RUNS } from './attacks/requests.ts';
import { ENCODED_ANSWERS, ENDLESS_ANSWERS } from './attacks/answers.ts';
import { HELD_SLOTS } from './attacks/held-slots.ts';
import { LARGE_LOGS, LARGE_TRACES, MANY_ATTEMPTS, RENAMED_STEPS } from './attacks/reads.ts';
import { SLOW_READERS } from './attacks/slow-readers.ts';
import { attackDrill } from './attacks/attack.ts';

const ATTACKS = [
  LARGE_RUNS,
  COSTLY_INPUTS,
  LARGE_TRACES,
  MANY_ATTEMPTS,
  RENAMED_STEPS,
  LARGE_LOGS,
  EVENT_STREAMS,
  SLOW_READERS,
  HELD_SLOTS,
  BULK_ACTIONS,
  ENDLESS_ANSWERS,
  ENCODED_ANSWERS,
];

await runSuite({
  name: 'attacks',
  options: { commit: 'text' },
  drills: ({ commit }) => ATTACKS.map((attack) => attackDrill(attack, commit)),
});
