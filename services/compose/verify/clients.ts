import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocker, type Docker } from '@aio/stack/without-images/docker';
import { readAptSettings } from '@aio/stack/without-images/images/debian-image';

/** Docker's client, for one set of Compose files each. */
export interface Clients {
  /** Both files. */
  both: Docker;
  /** The files as a reader finds them who types `docker compose`: the first alone. */
  plain: Docker;
  /** Both, with every port and the host's name moved by settings. */
  shifted: Docker;
  /** Both, without the collector before Jaeger and Loki. */
  straight: Docker;
  /** Both; goes on after an interruption. */
  closing: Docker;
  /** Resolves when no command of the others runs any more: what is interrupted may still be making containers. */
  settled(): Promise<void>;
}

export interface ClientOptions {
  /** Where the Compose files are. */
  root: string;
  /** The settings of `shifted`. */
  settingsFile: string;
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
    ...buildSettings(env, root),
    ...Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name))),
    COMPOSE_PROJECT_NAME: PROJECT,
    AIO_VERSION: VERSION,
    COMPOSE_DISABLE_ENV_FILE: 'true',
  };
  const both = { ...plain, COMPOSE_FILE: FILES.join(':') };
  const { COMPOSE_DISABLE_ENV_FILE: _, ...heeding } = both;
  const shifted = { ...heeding, COMPOSE_ENV_FILES: options.settingsFile };
  const straight = { ...both, TRACES_VIA: 'jaeger' };
  const running = new Set<Promise<unknown>>();
  const create = (env: NodeJS.ProcessEnv) =>
    createDocker({ env, cwd: root, logDir, signal, running });
  return {
    plain: create(plain),
    both: create(both),
    shifted: create(shifted),
    straight: create(straight),
    closing: createDocker({ env: { ...both, COMPOSE_PROFILES: '*' }, cwd: root, logDir }),
    async settled() {
      await Promise.allSettled(running);
    },
  };
}

/** In the project's folder, outside of which Compose's builder reads nothing; neither git nor a build sees it. */
const BUILD_SETTINGS = '.aio/build';

/**
 * What this machine's own npm and apt need to reach their registries, for those in the builds: copies, as people make
 * them.
 * @param root the project's folder
 * @returns BUILD_… variables
 */
export function buildSettings(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv {
  const folder = join(root, BUILD_SETTINGS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keep = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(BUILD_SETTINGS, name);
  };
  const npmrc = env.npm_config_userconfig ?? join(env.HOME ?? '', '.npmrc');
  const ca = env.NODE_EXTRA_CA_CERTS;
  return {
    BUILD_APT_CONF: keep('apt.conf', readAptSettings(env)),
    ...(existsSync(npmrc) && { BUILD_NPMRC: keep('npmrc', readFileSync(npmrc)) }),
    ...(ca && { BUILD_CA: keep('ca.pem', readFileSync(ca)) }),
  };
}

/** Takes those copies away. */
export function forgetBuildSettings(root: string): void {
  rmSync(join(root, BUILD_SETTINGS), { recursive: true, force: true });
}
