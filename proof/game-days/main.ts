/**
 * The controller of game days, a process of `npm start`. It mends what an earlier one left broken, and mends when it
 * ends: at a signal, and when `npm start` has ended without it.
 */

import { createInbox } from '../drills/alerts/kit/receiver.ts';
import { listen } from '@aio/http/listen';
import { forgetAddress, writeAddress } from './address.ts';
import { createController } from './controller.ts';
import { openRunningSystem } from './running-system.ts';
import { createGameDaysServer } from './server.ts';

const LOOK_EVERY_MS = 1000;

const { env } = process;
const need = (name: string): string => {
  const value = env[name];
  if (!value) throw new Error(`${name} is missing: npm start starts this process`);
  return value;
};
const token = need('GAME_DAYS_TOKEN');
const dataDir = need('AIO_DATA_DIR');
const system = openRunningSystem({
  dataDir,
  databaseUrl: need('DATABASE_URL'),
  apiUrl: need('API_URL'),
  publicUrl: need('AIO_PUBLIC_URL'),
  keycloakUrl: need('KEYCLOAK_URL'),
  simulatorUrl: need('SIMULATOR_URL'),
  env,
});
await system.mend();
const inbox = createInbox();
const controller = createController({
  system,
  inbox,
  prometheusUrl: env['PROMETHEUS_URL'] || undefined,
  undelivered: env['GAME_DAYS_UNDELIVERED'] ?? '',
});
const server = createGameDaysServer({
  controller,
  inbox,
  token,
  deliveryToken: need('GAME_DAYS_DELIVERY_TOKEN'),
});
const port = await listen(server, { host: '127.0.0.1', port: Number(need('PORT')) });
writeAddress(dataDir, { url: `http://127.0.0.1:${port}`, token });

let isEnding = false;
async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  forgetAddress(dataDir);
  await controller.close().catch((error: Error) => console.error(error.message));
  process.exit(0);
}
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void end();
}, LOOK_EVERY_MS);
