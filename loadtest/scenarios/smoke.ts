/** Does everything work, under a trickle? */
import { send } from './kit/api.ts';
import { SIMULATED, beginWarm } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { atRate, loadOptions } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { REQUEST } from './kit/workflows.ts';

export const options = loadOptions({ smoke: atRate() });

export const setup = () => beginWarm([REQUEST]);

export default function smoke(login: Login): void {
  runToEnd(login, REQUEST.name, SIMULATED);
  send({ login, method: 'GET', route: 'runs', query: `?workflow=${REQUEST.name}&limit=20` });
  send({ login, method: 'GET', route: 'workflows' });
}
