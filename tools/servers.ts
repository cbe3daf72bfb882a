import { resolve } from 'node:path';
import { buildGoServer } from './programs/build-go-server.ts';
import { openDataFolder } from './process/data-folder.ts';
import {
  findKeycloak,
  getKeycloak,
  type GetOptions,
  KEYCLOAK_TITLE,
} from './programs/get-keycloak.ts';
import { findBuilt, GO_SERVERS } from './programs/go-servers.ts';
import { EXIT, StackError, reportError } from './stack-error.ts';
import { createProgress } from './start/progress.ts';

/** `npm run servers -- jaeger prometheus keycloak`: builds or downloads servers into the data folder. */
interface Server {
  name: string;
  title: string;
  /** For people, e.g. `building Jaeger with Go`. */
  how: string;
  find(dataDir: string): string | undefined;
  get(options: GetOptions): Promise<string>;
}

const root = resolve(import.meta.dirname, '..');
const progress = createProgress((line) => console.log(line));
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort());
}

try {
  await main(process.argv.slice(2), process.env);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const servers = readServers(args);
  const dataDir = resolve(root, env.AIO_DATA_DIR || '.aio');
  openDataFolder(dataDir);
  for (const server of servers) await bring(server, dataDir, env);
}

async function bring(server: Server, dataDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { name, title } = server;
  const there = server.find(dataDir);
  if (there) return progress.ready(name, `${title} is already installed: ${there}`);
  progress.starting(name, `${server.how}, once; this takes minutes`);
  const path = await server.get({
    dataDir,
    env,
    onProgress: (note) => progress.going(name, note),
    signal: stopping.signal,
  });
  progress.ready(name, `${title}: ${path}`);
}

/** @throws StackError that names the unknown server */
function readServers(args: readonly string[]): Server[] {
  const servers = listServers();
  const found = args.map((arg) => servers.find(({ name }) => name === arg));
  const wrong = found.indexOf(undefined);
  if (wrong === -1 && found.length > 0) return found as Server[];
  const known = servers.map(({ name }) => name).join(', ');
  const what = wrong === -1 ? 'no server given' : `unknown server "${args[wrong]}"`;
  throw new StackError(`${what}, expected one of ${known}`, { exitCode: EXIT.usage });
}

function listServers(): Server[] {
  const built = GO_SERVERS.map((server) => ({
    name: server.name,
    title: server.title,
    how: `building ${server.title} with Go`,
    find: (dataDir: string) => findBuilt(dataDir, server)?.[0],
    get: async (options: GetOptions) => (await buildGoServer(server, options))[0] ?? '',
  }));
  const keycloak = {
    name: 'keycloak',
    title: KEYCLOAK_TITLE,
    how: `downloading ${KEYCLOAK_TITLE} with Maven`,
    find: findKeycloak,
    get: getKeycloak,
  };
  return [...built, keycloak];
}
