/** What is the highest rate that meets the objectives? Tests one rate; the command searches for the highest. */
import { atRate, loadOptions } from './kit/options.ts';

export { default, setup } from './kit/client.ts';
export const options = loadOptions({ knee: atRate() });
