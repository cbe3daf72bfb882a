/** Checks the environment of the API without starting it. Exit code 78 = a variable is wrong. */

import { exitWith } from '@aio/platform/exit-with';
import { readApiConfig } from './config.ts';

try {
  readApiConfig(process.env);
} catch (error) {
  exitWith(error);
}
