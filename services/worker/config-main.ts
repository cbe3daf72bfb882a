/** Checks a worker's environment without starting it. Prints each fault; exit code 78 = there are faults. */

import { exitWith } from '@aio/platform/exit-with';
import { readWorkerConfig } from './settings/config.ts';

try {
  readWorkerConfig(process.env);
} catch (error) {
  exitWith(error);
}
