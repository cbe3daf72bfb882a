/** Stores the example workflows in the database of a development system, for the users of `realm.json`. */

import { resolve } from 'node:path';
import { databaseVariables, directUrlOf } from '@aio/platform/settings/config';
import { readEnvironment } from '@aio/platform/settings/environment';
import { exitWith } from '@aio/platform/exit-with';
import { createPool } from '@aio/platform/postgres/pool';
import { url } from '@aio/platform/settings/variables';
import { storeExamples } from './examples/store-examples.ts';

const FOLDER = resolve(import.meta.dirname, '../../examples/workflows');

const variables = {
  ...databaseVariables,
  /** Address of the LLM simulator for workers. The examples' inputs name it. */
  simulatorUrl: url('SIMULATOR_URL', {
    protocols: ['http', 'https'],
    fallback: 'http://127.0.0.1:8090',
  }),
};

try {
  const config = readEnvironment(variables, process.env);
  const { simulatorUrl } = config;
  const pool = createPool({
    databaseUrl: directUrlOf(config),
    max: 1,
    applicationName: 'aio-examples',
  });
  try {
    const { stored, leftAlone } = await storeExamples(pool, { folder: FOLDER, simulatorUrl });
    for (const name of stored) console.log(`Stored ${name}`);
    for (const name of leftAlone) console.log(`Kept ${name}: a user has changed it`);
  } finally {
    await pool.close();
  }
} catch (error) {
  exitWith(error);
}
