/** Checks the simulator's environment without starting it. Prints each fault; exit code 78 = there are faults. */

import { ConfigError, EX_CONFIG, readConfig } from './config.ts';

try {
  readConfig(process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = EX_CONFIG;
}
