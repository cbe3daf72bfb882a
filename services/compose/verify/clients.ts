import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocker, type Docker } from './docker.ts';
import { readAptSettings } from './images/debian-image.ts';

/** Docker's client, for one set of Compose files each. */
export interface Clients {
  /** Both files. */
  both: Docker;
  /** The files as a reader finds them who types `docker compose`: the first alone. */
  plain: Docker;
  /** Both, with the collector before Jaeger. */
  collector: Docker;
  /** Both; goes on after an interruption. */
  closing: Docker;
  /** Resolves when no command of the others runs any more: what is interrupted may still be making containers. */
  settled(): Promise<void>;
}

export interface ClientOptions {
  /** Where the Compose files are. */
  root: string;
  /** For settings that builds get as secrets. */
  folder: string;
  logDir: string;
  signal: AbortSignal;
}

export const FILES = ['docker-compose.yml', 'docker-compose.observability.yml'] as const;
/** Another than a user's own project, which the same files would be. */
export const PROJECT = 'aio-verify';
/** The same of images: a user's own stay what they are. */
const VERSION = 'verify';

/** A user's own settings of the product would make other things of the files. */
const KEPT = /^(PATH|HOME|LANG|TMPDIR|DOCKER_.+|BUILD_.+|\w+_proxy)$/i;

/** @param env of an engine */
export function createClients(env: NodeJS.ProcessEnv, options: ClientOptions): Clients {
  const { root, logDir, signal } = options;
  const plain = {
    ...buildSettings(env, options.folder),
    ...Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name))),
    COMPOSE_PROJECT_NAME: PROJECT,
    AIO_VERSION: VERSION,
    COMPOSE_DISABLE_ENV_FILE: 'true',
  };
  const both = { ...plain, COMPOSE_FILE: FILES.join(':') };
  const collector = { ...both, COMPOSE_PROFILES: 'collector', TRACES_VIA: 'otel-collector' };
  const running = new Set<Promise<unknown>>();
  const create = (env: NodeJS.ProcessEnv) =>
    createDocker({ env, cwd: root, logDir, signal, running });
  return {
    plain: create(plain),
    both: create(both),
    collector: create(collector),
    closing: createDocker({ env: { ...both, COMPOSE_PROFILES: '*' }, cwd: root, logDir }),
    async settled() {
      await Promise.allSettled(running);
    },
  };
}

/** What this machine's own npm and apt need to reach their registries, for those in the builds. */
function buildSettings(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  const aptSettings = join(folder, 'apt.conf');
  writeFileSync(aptSettings, readAptSettings(env));
  const npmrc = env.npm_config_userconfig ?? join(env.HOME ?? '', '.npmrc');
  return {
    BUILD_APT_CONF: aptSettings,
    ...(existsSync(npmrc) && { BUILD_NPMRC: npmrc }),
    ...(env.NODE_EXTRA_CA_CERTS && { BUILD_CA: env.NODE_EXTRA_CA_CERTS }),
  };
}
