/**
 * A DBOS application that works off chains and fans of steps that do nothing but give a text of 1 kB.
 * Argument: URL of its database.
 * Takes messages `{ chain | fan, runs }`; answers with the milliseconds from the first start to the
 * last end.
 */

import { DBOS } from '@dbos-inc/dbos-sdk';
import { makePayload } from '../payload.ts';

interface Work {
  chain?: number;
  fan?: number;
  runs: number;
}

/** Of 4, 16, 64 and 128 runs at once the number with the best rates. */
const RUNS_AT_ONCE = 64;
/** The default is 10; a fan of 100 goes several times as fast with 40, and no faster with more. */
const CONNECTIONS = 40;

const [, , systemDatabaseUrl = ''] = process.argv;
const payload = makePayload();
const step = DBOS.registerStep(async () => payload, { name: 'step' });

const chain = DBOS.registerWorkflow(
  async (steps: number) => {
    for (let index = 0; index < steps; index++) await step();
  },
  { name: 'chain' },
);

const fan = DBOS.registerWorkflow(
  async (width: number) => {
    await step();
    await Promise.all(Array.from({ length: width }, () => step()));
    await step();
  },
  { name: 'fan' },
);

async function work({ chain: length, fan: width, runs }: Work): Promise<number> {
  let left = runs;
  const workSome = async () => {
    while (left-- > 0) {
      const handle =
        width === undefined
          ? await DBOS.startWorkflow(chain)(length ?? 0)
          : await DBOS.startWorkflow(fan)(width);
      await handle.getResult();
    }
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
