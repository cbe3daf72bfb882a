/** Ten times the rate at once: is nothing lost, and does the system recover? */
import { SIMULATED, beginWarm } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { figuresBy, inTurn, loadOptions, onTimeIn } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { settings } from './kit/settings.ts';
import { REQUEST } from './kit/workflows.ts';

const TIMES = 10;
const { rate } = settings;
const parts = {
  before: { share: 0.3, rate },
  spike: { share: 0.2, rate: rate * TIMES },
  recovery: { share: 0.2, rate },
  after: { share: 0.3, rate },
};

export const options = loadOptions(inTurn(parts), {
  thresholds: onTimeIn(['before', 'after']),
  figures: figuresBy('scenario', Object.keys(parts)),
});

export const setup = () => beginWarm([REQUEST]);

export default function spike(login: Login): void {
  runToEnd(login, REQUEST.name, SIMULATED);
}
