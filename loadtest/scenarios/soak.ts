/** Is the last quarter of an hour as fast as the first? */
import { figuresBy, inTurn, loadOptions } from './kit/options.ts';
import { settings } from './kit/settings.ts';

const { rate } = settings;
const parts = {
  first: { share: 0.25, rate },
  second: { share: 0.25, rate },
  third: { share: 0.25, rate },
  last: { share: 0.25, rate },
};

export { default, setup } from './kit/client.ts';
export const options = loadOptions(inTurn(parts), {
  figures: figuresBy('scenario', Object.keys(parts)),
});
