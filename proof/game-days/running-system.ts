import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { BUILDER, fetchAsPerson } from '@aio/tools/start/logins';
import { createMachineToken, fetchAs } from '@aio/tools/start/machine-token';
import { createApiClient } from '@aio/tools/system/client';
import { openDatabase } from '@aio/tools/system/database';
import { createSimulatorClient } from '@aio/tools/system/simulator-client';
import type { FaultSystem, Need } from '../alert-faults/fault.ts';
import { httpSlotsOf } from '../alert-faults/slots.ts';
import { type Loop, repeat } from '../bed/loop.ts';
import { createBreakage } from './breakage.ts';
import { type OwnParts, openOwnParts } from './own-parts.ts';

export interface Place {
  dataDir: string;
  databaseUrl: string;
  apiUrl: string;
  publicUrl: string;
  keycloakUrl: string;
  simulatorUrl: string;
  /** OPENAI_BASE_URL, WORKER_KINDS and AIO_MACHINE_CLIENT_SECRET of the stack. */
  env: Readonly<Record<string, string | undefined>>;
}

/** The stack of `npm start`, with a record of what is broken. */
export interface RunningSystem extends FaultSystem {
  /** Why a fault cannot run; null = it can. */
  lacks(need: Need): string | null;
  /** Call it before `inject`. */
  begin(fault: string): Promise<void>;
  /** Mends what is on record, also that of an earlier process. Does nothing without a record. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export function openRunningSystem(place: Place): RunningSystem {
  const { dataDir, env } = place;
  const db = openDatabase(place.databaseUrl);
  const fetch = fetchAs(createMachineToken(place.keycloakUrl, env, GAME_DAYS_ACCOUNT.client));
  const api = createApiClient(place.apiUrl, { fetch });
  const simulator = createSimulatorClient(place.simulatorUrl);
  const parts = openOwnParts(dataDir);
  const breakage = createBreakage({ dataDir, parts, simulator, api });
  const loops: Loop[] = [];
  const stopLoops = () => Promise.all(loops.splice(0).map((loop) => loop.stop()));
  return {
    api,
    db,
    simulator,
    get workers() {
      return parts.workers().map(breakage.toWorker);
    },
    get httpSlots() {
      return httpSlotsOf(env['WORKER_KINDS'], parts.workers().length);
    },
    async freeze(server) {
      const thaw = breakage.freezePart(server);
      return async () => thaw();
    },
    async asBuilder() {
      const { origin } = new URL(place.publicUrl);
      const person = await fetchAsPerson({ origin, apiUrl: place.apiUrl }, BUILDER);
      return createApiClient(origin, { fetch: person });
    },
    repeat(everyMs, work) {
      const loop = repeat(everyMs, work);
      loops.push(loop);
      return loop;
    },
    progress() {},
    lacks: createLacks(parts, place),
    begin: breakage.begin,
    async mend() {
      const stopped = stopLoops();
      await breakage.mend();
      await stopped;
    },
    async close() {
      await stopLoops();
      await db.end();
    },
  };
}

function createLacks(parts: OwnParts, { env, simulatorUrl }: Place): RunningSystem['lacks'] {
  const unless = (holds: boolean | undefined, reason: string) => (holds ? null : reason);
  const server = (name: string, what: string) =>
    process.platform === 'linux'
      ? unless(parts.isUp(name), `${what} is yours, and game days freeze what npm start started`)
      : 'freezing a server needs Linux';
  const answers: Record<Need, () => string | null> = {
    simulator: () => unless(parts.isUp('simulator'), 'npm start runs no simulator'),
    models: () =>
      unless(env['OPENAI_BASE_URL']?.startsWith(simulatorUrl), 'the models are those of a vendor'),
    worker: () => unless(parts.workers().length > 0, 'npm start runs no worker'),
    'two workers': () => unless(parts.workers().length > 1, 'it needs two workers (--workers 2)'),
    postgres: () => server('postgres', 'PostgreSQL'),
    redis: () => server('redis', 'Redis'),
    builder: () =>
      unless(parts.isUp('identity'), `your login service may not know ${BUILDER.username}`),
  };
  return (need) => answers[need]();
}
