import { createDocker, type Docker } from '@aio/tools/servers/docker';

/** Docker clients, one per set of files and settings. */
export interface Clients {
  /** Both files. */
  both: Docker;
  /** The first file only, as if you typed `docker compose`. */
  plain: Docker;
  /** Both, with other ports and another host name. */
  shifted: Docker;
  /** The same files as `plain` or `both`, and an OTLP endpoint that demands an API key. */
  withEndpoint(files: 'plain' | 'both', apiKey: string): Docker;
  /** Both; works after an interruption. */
  closing: Docker;
  /** Resolves when all other commands have ended, because an interrupted one may still create containers. */
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
/** So that a project that you run with the same files stays untouched. */
export const PROJECT = 'aio-verify';
/** Container and host of a backend of traces. */
export const RECEIVER = `${PROJECT}-receiver`;
/** Tag of the images, so that yours stay untouched. */
const VERSION = 'verify';

/** Variables that commands inherit. Your settings of AIO are not among them. */
const KEPT = /^(PATH|HOME|LANG|TMPDIR|DOCKER_.+|BUILD_.+|\w+_proxy)$/i;

/** @param env environment with which `docker` reaches the engine */
export function createClients(env: NodeJS.ProcessEnv, options: ClientOptions): Clients {
  const { root, logDir, signal } = options;
  const plain = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name))),
    COMPOSE_PROJECT_NAME: PROJECT,
    AIO_VERSION: VERSION,
    COMPOSE_DISABLE_ENV_FILE: 'true',
  };
  const both = { ...plain, COMPOSE_FILE: FILES.join(':') };
  const { COMPOSE_DISABLE_ENV_FILE: _, ...heeding } = both;
  const shifted = { ...heeding, COMPOSE_ENV_FILES: options.settingsFile };
  const running = new Set<Promise<unknown>>();
  const create = (env: NodeJS.ProcessEnv) =>
    createDocker({ env, cwd: root, logDir, signal, running });
  return {
    plain: create(plain),
    both: create(both),
    shifted: create(shifted),
    withEndpoint: (files, apiKey) =>
      create({
        ...(files === 'plain' ? plain : both),
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${RECEIVER}:4318`,
        OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${apiKey}`,
      }),
    closing: createDocker({ env: { ...both, COMPOSE_PROFILES: '*' }, cwd: root, logDir }),
    async settled() {
      await Promise.allSettled(running);
    },
  };
}
