/** What is the highest rate that meets the objectives? Tests one rate; the command searches for the highest. */
import { SIMULATED, beginWarm } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { atRate, loadOptions } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { REQUEST } from './kit/workflows.ts';

export const options = loadOptions({ knee: atRate() });

export const setup = () => beginWarm([REQUEST]);

export default function atOneRate(login: Login): void {
  runToEnd(login, REQUEST.name, SIMULATED);
}
