import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../programs/program.ts';
import { ALERTMANAGER, startAlertmanager } from '../servers/alertmanager.ts';
import { writeAlertConfig } from '../servers/write-alert-config.ts';
import { StackError } from '../stack-error.ts';
import type { StartOptions } from './options.ts';
import type { ServerContext } from './server-context.ts';
import { gameDaysService, type ServiceContext } from './services.ts';

/** The controller of game days, and the Alertmanager whose messages it reads. */
export interface GameDays {
  token: string;
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
    token: randomBytes(24).toString('base64url'),
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

/** If it fails, the stack continues without it. */
export async function bringAlertmanager(
  context: ServerContext,
  { token, alertmanagerPort: port }: GameDays,
): Promise<void> {
  if (port === undefined) return;
  const { root, dataDir, searchPath, ports, progress, signal, group } = context;
  progress.starting('alertmanager');
  try {
    const webhook = `http://127.0.0.1:${ports.gameDays}/delivered/${token}`;
    const folder = join(dataDir, 'alerting');
    const { alertmanagerFile: configFile } = await writeAlertConfig(folder, {
      root,
      scale: 1,
      webhook,
      searchPath,
    });
    await startAlertmanager({ dataDir, port, searchPath, configFile, onSpawn: group.watch });
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
  { token, undelivered }: GameDays,
): Promise<void> {
  progress.starting('game-days');
  try {
    await group.keepRunning(
      gameDaysService(services, controllerIn(services.root), { token, undelivered }),
    );
    progress.ready('game-days', `port ${ports.gameDays}; \`npm run game-day -- --list\``);
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    progress.leftOut('game-days', error.message);
  }
}

function controllerIn(root: string): string {
  return join(root, 'proof/game-days/main.ts');
}
