import { resolve } from 'node:path';
import { buildGoServer } from './build-go-server.ts';
import { openDataFolder } from './data-folder.ts';
import { findBuilt, GO_SERVERS, type GoServer } from './go-servers.ts';
import { EXIT, StackError, reportError } from './stack-error.ts';
import { createProgress } from './start/progress.ts';

/** `npm run servers -- jaeger prometheus`: gets servers into the data folder that the machine has not. */
const root = resolve(import.meta.dirname, '../..');
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

async function bring(server: GoServer, dataDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { name, title } = server;
  const [there] = findBuilt(dataDir, server) ?? [];
  if (there) return progress.ready(name, `${title} is there already: ${there}`);
  progress.starting(name, `building ${title} with Go, once; it takes minutes`);
  const [built] = await buildGoServer(server, {
    dataDir,
    env,
    onProgress: (note) => progress.going(name, note),
    signal: stopping.signal,
  });
  progress.ready(name, `${title}: ${built}`);
}

/** @throws StackError naming the argument that is no server */
function readServers(args: readonly string[]): GoServer[] {
  const found = args.map((arg) => GO_SERVERS.find(({ name }) => name === arg));
  const wrong = found.indexOf(undefined);
  if (wrong === -1 && found.length > 0) return found as GoServer[];
  const known = GO_SERVERS.map(({ name }) => name).join(' or ');
  const what = wrong === -1 ? 'no server is named' : `unknown server "${args[wrong]}"`;
  throw new StackError(`${what}, expected ${known}`, { exitCode: EXIT.usage });
}
