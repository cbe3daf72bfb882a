import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findJava } from './java.ts';
import { type Part, startPart } from '../process/process.ts';
import { StackError } from '../stack-error.ts';

const REALM_FILE = resolve(import.meta.dirname, '../../services/identity/realm.json');
/** A start takes minutes on a busy machine. */
const READY_WITHIN_MS = 5 * 60_000;
/** The administrator of a new database, for Keycloak's own pages. */
const ADMINISTRATOR = {
  KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
  KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin',
};
/** Keycloak runs for minutes on a busy machine, so a fast start matters more than fast code. */
const JVM_OPTIONS = '-XX:TieredStopAtLevel=1';

export interface KeycloakOptions {
  /** Its database and logs. Emptied first: like the embedded provider, it keeps nothing. */
  home: string;
  port: number;
  /** `PATH` or `JAVA_HOME` has Java; the rest fills the variables of `realm.json`. */
  env: NodeJS.ProcessEnv;
  logFile?: string;
  onSpawn?: ((part: Part) => void) | undefined;
}

export interface KeycloakServer extends Part {
  /** As KEYCLOAK_URL names it. */
  url: string;
}

/**
 * Starts Keycloak on loopback, in development mode, with the realm of `realm.json` imported as it is.
 * @param folder from `npm run servers -- keycloak`
 * @throws StackError if Java is missing or too old
 */
export async function startKeycloak(
  folder: string,
  options: KeycloakOptions,
): Promise<KeycloakServer> {
  const { home, port } = options;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, 'bin'), { recursive: true });
  // Its script looks for Keycloak and its data in the parent folder.
  cpSync(join(folder, 'bin/kc.sh'), join(home, 'bin/kc.sh'));
  for (const name of ['lib', 'conf', 'providers', 'themes']) {
    symlinkSync(join(folder, name), join(home, name));
  }
  cpSync(join(folder, 'data'), join(home, 'data'), { recursive: true });
  cpSync(REALM_FILE, join(home, 'data/import/realm.json'));
  const url = `http://localhost:${port}`;
  const args = ['--import-realm', `--hostname=${url}`];
  const part = await runKeycloak({ ...options, home, name: 'identity', args, realm: 'aio' });
  return { ...part, url };
}

/** The first start: it compiles what later starts run, and creates the database that they copy. */
export async function prepareKeycloak(
  folder: string,
  options: Pick<KeycloakOptions, 'port' | 'env' | 'logFile' | 'onSpawn'>,
): Promise<void> {
  const home = folder;
  const part = await runKeycloak({ ...options, home, name: 'keycloak', args: [], realm: 'master' });
  await part.stop();
}

async function runKeycloak(
  options: KeycloakOptions & {
    name: string;
    args: readonly string[];
    /** Keycloak is ready when it has this realm. */
    realm: string;
  },
): Promise<Part> {
  const { name, home, port, env, args, realm, onSpawn } = options;
  const java = findJava(env);
  if (typeof java === 'string') throw new StackError(`cannot start Keycloak: ${java}`);
  return startPart({
    name,
    command: join(home, 'bin/kc.sh'),
    args: ['start-dev', '--http-host=127.0.0.1', `--http-port=${port}`, ...args],
    env: {
      PATH: env.PATH,
      JAVA: java.path,
      JAVA_OPTS_APPEND: JVM_OPTIONS,
      ...ADMINISTRATOR,
      ...realmVariables(env),
    },
    cwd: home,
    logFile: options.logFile ?? join(home, 'keycloak.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/realms/${realm}`)).ok,
    readyWithinMs: READY_WITHIN_MS,
    onSpawn,
  });
}

/** Only the variables that realm.json names. */
function realmVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const named = readFileSync(REALM_FILE, 'utf8').matchAll(/\$\{(\w+)/g);
  const pairs = [...named].map(([, name = '']) => [name, env[name]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
