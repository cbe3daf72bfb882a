import { join, resolve } from 'node:path';
import { openDataFolder } from './process/data-folder.ts';
import { reportError, StackError } from './stack-error.ts';
import { isKeptDown, thawBroken } from './start/broken-record.ts';
import { requireConfigs } from './start/configs.ts';
import { readSettings } from './start/env-file.ts';
import { readGivenServices } from './start/environment.ts';
import { runExample } from './start/example-run.ts';
import { clearLeftovers } from './start/leftovers.ts';
import { createMachineToken, fetchAs } from './start/machine-token.ts';
import { BUILDER, fetchAsPerson, listLogins } from './start/logins.ts';
import { parseStartOptions } from './start/options.ts';
import { createPartGroup } from './start/part-group.ts';
import { createProgress, formatTable } from './start/progress.ts';
import { readPorts } from './start/read-ports.ts';
import { openRunRecord } from './start/run-record.ts';
import { type StackContext, type StartedStack, startStack } from './start/stack.ts';

const EXAMPLE = 'triage-incident';
const INTERRUPTED = 130;

const root = resolve(import.meta.dirname, '..');
const say = (line: string) => process.stdout.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort());
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  process.exitCode = reportError(error, (line) => process.stderr.write(`${line}\n`));
}

/** @returns the exit code */
async function main(args: readonly string[], shell: NodeJS.ProcessEnv): Promise<number> {
  const options = parseStartOptions(args);
  const { env, summary, originOf } = readSettings(shell, {
    file: options.envFile ?? join(root, '.env'),
    isRequired: options.envFile !== undefined,
  });
  if (summary) say(summary);
  const ports = readPorts(env, options.portOffset, originOf);
  await requireConfigs({ root, env }, originOf);
  const given = readGivenServices(env);
  const dataDir = resolve(root, env.AIO_DATA_DIR || '.aio');
  openDataFolder(dataDir);
  const record = openRunRecord(dataDir, ports);
  try {
    if (thawBroken(dataDir) > 0) say('Continuing what a game day had frozen');
    if (record.leftovers.length > 0) {
      const names = record.leftovers.map(({ name }) => name).join(', ');
      say(`Stopping what a killed start left running: ${names}`);
      await clearLeftovers(record.leftovers);
    }
    say(`Starting AIO, data in ${dataDir}`);
    const progress = createProgress(say);
    const group = createPartGroup({
      progress,
      record: ({ name, identity, stopSignal }) => record.add({ name, stopSignal, ...identity }),
      isKeptDown: (name) => isKeptDown(dataDir, name),
      optional: ['game-days', 'prometheus', 'alertmanager', 'jaeger', 'trace-store'],
    });
    const { signal } = stopping;
    const context = { root, dataDir, env, given, options, ports, group, progress, signal };
    return await runUntilStopped(context);
  } finally {
    record.release();
  }
}

/** Starts the stack, runs the example, and stops all of it: after the example, at a signal, or when a part fails. */
async function runUntilStopped(context: StackContext): Promise<number> {
  const { group, options, signal } = context;
  const interrupted = new Promise<void>((done) => {
    signal.addEventListener('abort', () => done(), { once: true });
  });
  const worked = showStack(context).then((status) => {
    if (options.once) return status === 'succeeded' ? 0 : 1;
    say('\nCtrl-C stops everything.');
    return interrupted.then(() => 0);
  });
  const ended = interrupted.then(() => (options.once ? INTERRUPTED : 0));
  try {
    return await Promise.race([worked, ended, group.failure]);
  } finally {
    // Parts that are still starting end with the rest; ignore their errors.
    worked.catch(() => {});
    stopping.abort();
    say('Stopping');
    await group.stop();
  }
}

/** @returns the example run's status; undefined = there was no run */
async function showStack(context: StackContext): Promise<string | undefined> {
  const started = await startStack(context);
  const status = await showExample(context, started);
  say('');
  for (const line of formatTable(started.urls)) say(line);
  if (!context.given.keycloakUrl) for (const line of listLogins(started.loginLinks)) say(line);
  return status;
}

/** The stack continues if the API refuses the run, whose workflow a user may have changed, or ends and starts again. */
async function showExample(
  context: StackContext,
  started: StartedStack,
): Promise<string | undefined> {
  const { options, ports, signal } = context;
  const { origin } = new URL(started.publicUrl);
  try {
    const result = await runExample({
      folder: join(root, 'examples/workflows'),
      name: EXAMPLE,
      ...(await enter(context, started)),
      simulatorPort: ports.simulator,
      pageOf: (runId) => (options.web ? `${origin}/runs/${runId}` : runId),
      say,
      signal,
    });
    say(`The run ${result.status}:`);
    say(JSON.stringify(result.output ?? result.error, null, 2));
    return result.status;
  } catch (error) {
    const isOfNetwork = error instanceof TypeError && error.cause !== undefined;
    if (!(error instanceof StackError) && !isOfNetwork) throw error;
    say(`Could not run ${EXAMPLE}: ${error.message}`);
    for (const line of error instanceof StackError ? error.details : []) say(`  | ${line}`);
    return undefined;
  }
}

/**
 * Logs in the builder, who runs the example. Your own Keycloak may not have this user, so there the client for
 * programs runs it.
 */
async function enter(
  { env, given, ports }: StackContext,
  { publicUrl, keycloakUrl }: StartedStack,
): Promise<{ apiUrl: string; fetch: typeof fetch }> {
  const { origin } = new URL(publicUrl);
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  if (given.keycloakUrl) return { apiUrl, fetch: fetchAs(createMachineToken(keycloakUrl, env)) };
  return { apiUrl: origin, fetch: await fetchAsPerson({ origin, apiUrl }, BUILDER) };
}
