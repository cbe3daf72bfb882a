/** Does everything work, under a trickle? */
import { send } from './kit/api.ts';
import client from './kit/client.ts';
import type { Login } from './kit/login.ts';
import { atRate, loadOptions } from './kit/options.ts';
import { REQUEST } from './kit/workflows.ts';

export { setup } from './kit/client.ts';
export const options = loadOptions({ smoke: atRate() });

export default function smoke(login: Login): void {
  client(login);
  send({ login, method: 'GET', route: 'runs', query: `?workflow=${REQUEST.name}&limit=20` });
  send({ login, method: 'GET', route: 'workflows' });
}
