/** Is the last quarter of an hour as fast as the first? */
import { SIMULATED, beginWarm } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { figuresBy, inTurn, loadOptions } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { settings } from './kit/settings.ts';
import { REQUEST } from './kit/workflows.ts';

const { rate } = settings;
const parts = {
  first: { share: 0.25, rate },
  second: { share: 0.25, rate },
  third: { share: 0.25, rate },
  last: { share: 0.25, rate },
};

export const options = loadOptions(inTurn(parts), {
  figures: figuresBy('scenario', Object.keys(parts)),
});

export const setup = () => beginWarm([REQUEST]);

export default function soak(login: Login): void {
  runToEnd(login, REQUEST.name, SIMULATED);
}
