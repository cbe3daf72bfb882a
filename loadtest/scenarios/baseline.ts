/** Are the objectives met at an everyday rate? */
import { SIMULATED, beginWarm } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { atRate, loadOptions } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { REQUEST } from './kit/workflows.ts';

export const options = loadOptions({ baseline: atRate() });

export const setup = () => beginWarm([REQUEST]);

export default function baseline(login: Login): void {
  runToEnd(login, REQUEST.name, SIMULATED);
}
