/** Says what is wrong with the provider's environment, and starts nothing; exit code 78 = something. */

import { exitWith } from '@aio/platform/exit-with';
import { readIdentityConfig } from './config.ts';

try {
  readIdentityConfig(process.env);
} catch (error) {
  exitWith(error);
}
