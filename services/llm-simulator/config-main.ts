/** Says what is wrong with the simulator's environment, and starts nothing; exit code 78 = something. */

import { ConfigError, EX_CONFIG, readConfig } from './config.ts';

try {
  readConfig(process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = EX_CONFIG;
}
