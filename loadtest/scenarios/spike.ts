/** Ten times the rate at once: is nothing lost, and does the system recover? */
import { figuresBy, inTurn, loadOptions, onTimeIn } from './kit/options.ts';
import { settings } from './kit/settings.ts';

const TIMES = 10;
const { rate } = settings;
const parts = {
  before: { share: 0.3, rate },
  spike: { share: 0.2, rate: rate * TIMES },
  recovery: { share: 0.2, rate },
  after: { share: 0.3, rate },
};

export { default, setup } from './kit/client.ts';
export const options = loadOptions(inTurn(parts), {
  thresholds: onTimeIn(['before', 'after']),
  figures: figuresBy('scenario', Object.keys(parts)),
});
