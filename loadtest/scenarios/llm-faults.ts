/** A quarter of all model calls fails: do runs succeed, and how late? */
import http from 'k6/http';
import exec from 'k6/execution';
import { SETUP } from './kit/api.ts';
import { begin } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { atRate, loadOptions } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { settings } from './kit/settings.ts';
import { QUESTION } from './kit/workflows.ts';

const FAULTS = { rateLimit: 0.1, serverError: 0.08, overloaded: 0.04, halfBody: 0.02, hang: 0.01 };
const NO_FAULTS = { rateLimit: 0, serverError: 0, overloaded: 0, halfBody: 0, hang: 0 };

export const options = loadOptions({ 'llm-faults': atRate() });

export function setup(): Login {
  turn({ faults: FAULTS, retryAfterMs: 200 });
  return begin([QUESTION]);
}

export default function ask(login: Login): void {
  const question = `What does run ${exec.scenario.iterationInTest} of a load test prove?`;
  runToEnd(login, QUESTION.name, { question });
}

export function teardown(): void {
  turn({ faults: NO_FAULTS, retryAfterMs: 1000 });
}

function turn(dials: object): void {
  const answer = http.post(`${settings.simulatorUrl}/dials`, JSON.stringify(dials), {
    tags: SETUP,
  });
  if (answer.status !== 200) throw new Error(`the simulator answered ${answer.status} to /dials`);
}
