/**
 * A DBOS application with chains and fans of steps that return a text of 1 kB. Argument: URL of its database. It
 * receives messages `Work` and answers with the milliseconds from the first start to the last end.
 */

import { DBOS } from '@dbos-inc/dbos-sdk';
import { makePayload } from './contender.ts';

interface Work {
  workflow: keyof typeof WORKFLOWS;
  /** Length of the chain, or width of the fan. */
  size: number;
  runs: number;
}

/** The fastest of 4, 16, 64 and 128. */
const RUNS_AT_ONCE = 64;
/** A fan of 100 is several times as fast as with the default of 10, and no faster with more than 40. */
const CONNECTIONS = 40;

const [, , systemDatabaseUrl = ''] = process.argv;
const payload = makePayload();
const step = DBOS.registerStep(async () => payload, { name: 'step' });

const WORKFLOWS = {
  chain: DBOS.registerWorkflow(
    async (length: number) => {
      for (let index = 0; index < length; index++) await step();
    },
    { name: 'chain' },
  ),
  fan: DBOS.registerWorkflow(
    async (width: number) => {
      await step();
      await Promise.all(Array.from({ length: width }, () => step()));
      await step();
    },
    { name: 'fan' },
  ),
};

async function work({ workflow, size, runs }: Work): Promise<number> {
  let left = runs;
  const workSome = async () => {
    while (left-- > 0) await (await DBOS.startWorkflow(WORKFLOWS[workflow])(size)).getResult();
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: Math.min(runs, RUNS_AT_ONCE) }, workSome));
  return performance.now() - startedAt;
}

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl,
  systemDatabasePoolSize: CONNECTIONS,
  applicationVersion: 'bench',
  logLevel: 'error',
});
await DBOS.launch();
process.on('message', (message) => {
  work(message as Work).then(
    (ms) => process.send?.({ ms }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.send?.({ ready: true });
process.once('SIGTERM', () => void DBOS.shutdown().finally(() => process.exit()));
