/** Checks the provider's environment without starting it. Prints each fault; exit code 78 = there are faults. */

import { exitWith } from '@aio/platform/exit-with';
import { readIdentityConfig } from './config.ts';

try {
  readIdentityConfig(process.env);
} catch (error) {
  exitWith(error);
}
