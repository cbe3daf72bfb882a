/** Are the objectives met at an everyday rate? */
import { atRate, loadOptions } from './kit/options.ts';

export { default, setup } from './kit/client.ts';
export const options = loadOptions({ baseline: atRate() });
