import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../process/free-port.ts';
import { findProgram } from '../programs/program.ts';
import { ALERTMANAGER, startAlertmanager } from '../servers/alertmanager.ts';
import { startLocalProxy } from '../servers/local-proxy.ts';
import { writeAlertConfig } from '../servers/write-alert-config.ts';
import { StackError } from '../stack-error.ts';
import type { StartOptions } from './options.ts';
import type { ServerContext } from './server-context.ts';
import { gameDaysService, type ServiceContext } from './services.ts';

/** The controller of game days, and the Alertmanager whose messages it reads. */
export interface GameDays {
  token: string;
  /** Alertmanager's, for deliveries and nothing else. */
  deliveryToken: string;
  /** undefined = without one. */
  alertmanagerPort: number | undefined;
  /** Why alerts are not delivered; empty = they are. */
  undelivered: string;
}

/**
 * Game days are for development: they come with the source, and neither with an image nor with `--once`. If the machine
 * has no Alertmanager, this downloads Debian's.
 * @returns undefined = none
 */
export async function prepareGameDays(
  context: ServerContext,
  env: NodeJS.ProcessEnv,
  options: Pick<StartOptions, 'once'>,
): Promise<GameDays | undefined> {
  const isThere = existsSync(controllerIn(context.root)) && env.NODE_ENV !== 'production';
  if (!isThere || options.once) return undefined;
  const undelivered = await whyUndelivered(context, env);
  return {
    token: makeToken(),
    deliveryToken: makeToken(),
    alertmanagerPort: undelivered === '' ? context.ports.alertmanager : undefined,
    undelivered,
  };
}

/** Empty = alerts are delivered. */
async function whyUndelivered(
  { dataDir, searchPath, signal, progress, given }: ServerContext,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (env.ALERTMANAGER_URL)
    return 'ALERTMANAGER_URL names an Alertmanager that npm start does not configure';
  if (given.prometheusUrl)
    return 'PROMETHEUS_URL names a Prometheus that npm start does not configure';
  const onUnpack = () => progress.say("  alertmanager not on PATH, downloading Debian's package");
  try {
    await findProgram(ALERTMANAGER, { dataDir, searchPath, onUnpack, signal });
    return '';
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    return error.message;
  }
}

/**
 * If it fails, the stack continues without it. Alertmanager answers the scripts of every site, so it listens on a port and
 * below a path that change with each start; what others ask at its own port goes through a filter.
 */
export async function bringAlertmanager(
  context: ServerContext,
  { deliveryToken, alertmanagerPort: port }: Pick<GameDays, 'deliveryToken' | 'alertmanagerPort'>,
): Promise<void> {
  if (port === undefined) return;
  const { root, dataDir, searchPath, ports, progress, signal, group } = context;
  progress.starting('alertmanager');
  try {
    const folder = join(dataDir, 'alerting');
    const webhookTokenFile = join(folder, 'delivery-token');
    const { alertmanagerFile: configFile } = await writeAlertConfig(folder, {
      root,
      webhook: `http://127.0.0.1:${ports.gameDays}/delivered`,
      webhookTokenFile,
      searchPath,
    });
    // Another mode of an old file would stay.
    rmSync(webhookTokenFile, { force: true });
    writeFileSync(webhookTokenFile, deliveryToken, { mode: 0o600 });
    const { url } = await startAlertmanager({
      dataDir,
      port: await findFreePort(),
      pathPrefix: `/${makeToken()}`,
      searchPath,
      configFile,
      onSpawn: group.watch,
    });
    await startLocalProxy(port, url);
    progress.ready('alertmanager', `port ${port}`);
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    progress.leftOut('alertmanager', error.message);
  }
}

/** Starts the controller. If that fails, the stack continues without it. */
export async function startGameDays(
  services: ServiceContext,
  { group, progress, ports, signal }: ServerContext,
  gameDays: GameDays,
): Promise<void> {
  progress.starting('game-days');
  try {
    await group.keepRunning(gameDaysService(services, controllerIn(services.root), gameDays));
    progress.ready('game-days', `port ${ports.gameDays}; \`npm run game-day -- --list\``);
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    progress.leftOut('game-days', error.message);
  }
}

const makeToken = () => randomBytes(24).toString('base64url');

function controllerIn(root: string): string {
  return join(root, 'proof/game-days/main.ts');
}
