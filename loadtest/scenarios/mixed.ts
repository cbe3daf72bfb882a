/** Do five reads per run slow writers down? */
import { send } from './kit/api.ts';
import type { Login } from './kit/login.ts';
import { atRate, figuresBy, loadOptions } from './kit/options.ts';
import { settings } from './kit/settings.ts';

const READS_A_RUN = 5;

export { default as write, setup } from './kit/client.ts';
export const options = loadOptions(
  {
    writers: atRate({ exec: 'write' }),
    readers: atRate({ rate: settings.rate * READS_A_RUN, exec: 'read' }),
  },
  { figures: figuresBy('scenario', ['writers', 'readers']) },
);

/** Sends the requests of the web UI: lists of runs, single runs, sometimes the workflows. */
export function read(login: Login): void {
  const dice = Math.random();
  if (dice < 0.2) send({ login, method: 'GET', route: 'workflows' });
  else if (dice < 0.6) send({ login, method: 'GET', route: 'runs', query: '?limit=50' });
  else readOne(login);
}

function readOne(login: Login): void {
  const page = send({ login, method: 'GET', route: 'runs', query: '?limit=1' });
  const id = page.status === 200 ? (page.json('items.0.id') as string | undefined) : undefined;
  if (id !== undefined) send({ login, method: 'GET', route: 'run', of: id });
}
