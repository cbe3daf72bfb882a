/** Says what is wrong with the environment of the API, and starts nothing; exit code 78 = something. */

import { exitWith } from '@aio/platform/exit-with';
import { readApiConfig } from './config.ts';

try {
  readApiConfig(process.env);
} catch (error) {
  exitWith(error);
}
