import { runCommand } from '@aio/tools/process/command';
import { EXIT, StackError } from '@aio/tools/stack-error';
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../../bed/bed.ts';
import { seconds } from '../kit/checks.ts';
import { type DrillContext, SHORT_LEASE } from '../kit/drill.ts';
import { PULSE_WORKFLOW, startPulse } from '../../bed/pulse.ts';
import { countRows, waitForHolds } from '../../oracles/rows.ts';
import type { AcceptedRun } from '../../oracles/verdict.ts';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { compareEffects } from '../../oracles/oracles.ts';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { findDataFolder } from './physical-backup.ts';

const SUBMIT_EVERY_MS = 60;
/** Runs in progress at the loss. */
const HELD_RUNS = 4;
const HOLD = 'through-the-loss';

/** A method to back up and to restore. */
interface Way {
  /** Data folder of the drill's system. The drill does not delete the backup in it. */
  dataDir: string;
  settings?: Readonly<Record<string, string>>;
  /**
   * Backs up under load. Resolves to the runs that the restore must bring back.
   * @param goOn waits while clients submit runs, in the full version four times as long
   */
  backUp(bed: Bed, goOn: (seconds: number) => Promise<void>): Promise<readonly AcceptedRun[]>;
  /** Restores the backup to the deleted `folder` and starts the server. */
  restore(bed: Bed, folder: string): Promise<void>;
}

/**
 * Backs up under load, kills everything, deletes the data of PostgreSQL and Redis, restores only
 * PostgreSQL, restarts everything, and judges the rows.
 */
export async function loseAndRestore(
  { full, checks, startBed, defer, searchPath, progress }: DrillContext,
  way: Way,
): Promise<void> {
  const { dataDir } = way;
  const bed = await startBed({ dataDir, env: SHORT_LEASE, postgresSettings: way.settings ?? {} });
  const { servers, system, db } = bed;
  const door = await buildDoor(bed, defer);
  const processes = [...system.workers, ...system.apis];

  progress('backs up under load');
  const pulse = await startPulse(bed, { everyMs: SUBMIT_EVERY_MS });
  const held = await bed.createWorkflow('held', {
    call: bed.call(`hold=${HOLD}`),
    after: { type: 'transform', needs: ['call'], with: { value: 1 } },
  });
  for (let index = 0; index < HELD_RUNS; index++) await bed.submit(held);
  await waitForHolds(bed, HOLD, HELD_RUNS, 10_000);
  await bed.submit(door);
  const goOn = (seconds: number) => sleep((full ? 4 : 1) * seconds * 1000);
  const kept = await way.backUp(bed, goOn);
  await goOn(1);
  await pulse.stop();

  progress('kills everything and deletes the data');
  const folder = await findDataFolder(db);
  await Promise.all(processes.map((process) => process.signal('SIGKILL')));
  await Promise.all([servers.postgres.end('SIGKILL'), servers.redis.end('SIGKILL')]);
  // As the loss of a disk does.
  rmSync(folder, { recursive: true });
  rmSync(join(dataDir, 'redis'), { recursive: true });

  progress('restores');
  const startedAt = performance.now();
  await way.restore(bed, folder);
  checks.note(`database restored after ${seconds(performance.now() - startedAt)}`);
  const open = await countRows(db, 'runs where finished_at is null');
  checks.that(open >= HELD_RUNS, `fewer than ${HELD_RUNS} runs were in progress at the loss`);
  await servers.redis.start();
  const refusal = await startWithForeignKey({ ...servers, dataDir, searchPath });
  checks.that(
    /AIO_SECRETS_KEY/.test(refusal),
    `a worker with another secrets key must refuse to start: ${refusal}`,
  );
  await Promise.all(processes.map((process) => process.restart()));
  checks.note(`all processes ready after ${seconds(performance.now() - startedAt)}`);

  progress('submits new runs');
  await system.simulator.release(HOLD);
  const before = [...bed.accepted];
  const knock = await bed.submit(door);
  for (let index = 0; index < 5; index++) await bed.submit(PULSE_WORKFLOW);
  await bed.settle();
  const { status, error } = await system.api.getRun(knock);
  checks.that(status === 'succeeded', `the run with a secret: ${status} ${JSON.stringify(error)}`);

  const { rows } = await db.query<{ id: string }>('select id from runs where id = any($1)', [
    bed.accepted.map(({ id }) => id),
  ]);
  const there = new Set(rows.map(({ id }) => id));
  const accepted = bed.accepted.filter((run) => there.has(run.id) || kept.includes(run));
  const back = kept.filter(({ id }) => there.has(id)).length;
  checks.note(`restored ${back} of ${kept.length} runs`);
  const gone = before.filter(({ id }) => !there.has(id)).length;
  checks.note(`lost ${gone} of ${before.length - kept.length} later runs`);
  const calls = await system.simulator.calls();
  // Calls of lost runs, and calls after the backup, which AIO repeats with the same key.
  const { uncovered } = await compareEffects(db, calls);
  checks.note(`${uncovered.length} calls without a row`);
  checks.rows(await bed.judge({ accepted, calls: { byKey: {} } }));
  checks.killed(processes.length + 2);
}

/** Creates a workflow that calls a server with a secret, which only AIO can decrypt. @returns its name */
async function buildDoor(bed: Bed, defer: DrillContext['defer']): Promise<string> {
  const value = randomUUID();
  const { url, close } = await startHttpServer((incoming, outgoing) => {
    outgoing.writeHead(incoming.headers.authorization === `Bearer ${value}` ? 200 : 401).end();
  });
  defer(close);
  await bed.system.api.putSecret('door_key', value);
  const headers = { authorization: 'Bearer ${{ secrets.door_key }}' };
  return bed.createWorkflow('door', { knock: { type: 'http', with: { url, headers } } });
}

/** Starts a worker with a key that cannot decrypt the database's secrets. @returns its error */
async function startWithForeignKey(options: {
  databaseUrl: string;
  redisUrl: string;
  dataDir: string;
  searchPath: string;
}): Promise<string> {
  try {
    await runCommand({
      purpose: 'starting a worker',
      command: process.execPath,
      args: [join(PROJECT_ROOT, 'services/worker/main.ts')],
      env: {
        PATH: options.searchPath,
        DATABASE_URL: options.databaseUrl,
        REDIS_URL: options.redisUrl,
        AIO_SECRETS_KEY: randomBytes(32).toString('base64'),
        METRICS_PORT: '0',
      },
      logFile: join(options.dataDir, 'logs/foreign-key.log'),
      signal: AbortSignal.timeout(30_000),
    });
    return 'started';
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    const said = error.details.join(' ');
    return error.exitCode === EXIT.config ? said : `${error.message} ${said}`;
  }
}
