/** Says what is wrong with the environment of a worker, and starts nothing; exit code 78 = something. */

import { exitWith } from '@aio/platform/exit-with';
import { readWorkerConfig } from './config.ts';

try {
  readWorkerConfig(process.env);
} catch (error) {
  exitWith(error);
}
