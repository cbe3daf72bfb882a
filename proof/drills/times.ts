/**
 * `npm run drill -- times [--only a,b] [--json FILE] [--list]`: compares the times of runs and steps in rows, spans,
 * metrics and `GET /runs/{id}/time` with the simulator's and with one another. Takes five minutes. Exit code 1: they
 * disagree.
 */

import { runSuite } from './kit/main.ts';
import { executionTimes } from './times/execution-times.ts';
import { createExplainedTime } from './times/explained-time.ts';
import { shortSteps } from './times/short-steps.ts';

await runSuite({
  name: 'times',
  drills: (_options, env) => [executionTimes, createExplainedTime(env.WFINSTANCES_DIR), shortSteps],
});
