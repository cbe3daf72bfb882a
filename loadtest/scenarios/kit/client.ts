import { SIMULATED, beginWarm } from './begin.ts';
import type { Login } from './login.ts';
import { runToEnd } from './run.ts';
import { REQUEST } from './workflows.ts';

export const setup = () => beginWarm([REQUEST]);

/** The client of most scenarios. */
export default function client(login: Login): void {
  runToEnd(login, REQUEST.name, SIMULATED);
}
