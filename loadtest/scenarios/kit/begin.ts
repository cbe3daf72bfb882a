import { sleep } from 'k6';
import type { Definition } from '@aio/tools/system/definition';
import { send } from './api.ts';
import { type Login, logIn } from './login.ts';
import { settings } from './settings.ts';

/** Input of runs whose steps call the simulator. */
export const SIMULATED = { simulator: settings.simulatorUrl };

/** The first runs are slow because their code is not compiled yet. */
const WARM_RUNS = 5;
const WARM_WITHIN_SECONDS = 30;

/** Logs in and creates the workflows. */
export function begin(workflows: readonly Definition[]): Login {
  const login = logIn();
  for (const body of workflows) {
    const answer = send({ login, method: 'POST', route: 'workflows', body, isSetup: true });
    if (answer.status >= 300)
      throw new Error(`workflow ${body.name}: ${answer.status} ${String(answer.body)}`);
  }
  return login;
}

/** The same, and runs the first workflow a few times. If one of these runs fails, no load starts. */
export function beginWarm(workflows: readonly [Definition, ...Definition[]]): Login {
  const login = begin(workflows);
  for (let count = 0; count < WARM_RUNS; count++) warmUp(login, workflows[0].name);
  return login;
}

function warmUp(login: Login, workflow: string): void {
  const body = { input: SIMULATED };
  const call = {
    login,
    method: 'POST',
    route: 'submit',
    of: workflow,
    body,
    isSetup: true,
  } as const;
  const id = send(call).json('id') as string;
  const until = Date.now() + WARM_WITHIN_SECONDS * 1000;
  for (let status = 'queued'; status !== 'succeeded'; sleep(0.05)) {
    status = send({ login, method: 'GET', route: 'run', of: id, isSetup: true }).json(
      'status',
    ) as string;
    if (status === 'failed' || Date.now() > until)
      throw new Error(`run ${id} of the warm-up is ${status}`);
  }
}
