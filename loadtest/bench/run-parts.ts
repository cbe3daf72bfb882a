import { runCommand } from '@aio/stack/command';
import { StackError } from '@aio/stack/stack-error';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { INTERRUPTED } from '../lib/interruption.ts';
import type { OwnServers } from '../lib/own-servers.ts';
import type { BenchContext, BenchPart, PartResult } from './part.ts';

const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

export interface RunOptions {
  servers: OwnServers;
  dataDir: string;
  searchPath: string;
  programDir: string;
  rounds: number;
  say: (line: string) => void;
  /** Rejects when the bench is to end early. */
  interrupted: Promise<never>;
}

export interface PartReport {
  part: string;
  seconds: number;
  /** An error when the part did not come to its end. */
  result: PartResult | Error;
}

/**
 * Runs one part after the other; what a part started is ended before the next one begins. A part that
 * fails does not take the figures of the others along.
 */
export async function runParts(
  parts: readonly BenchPart[],
  options: RunOptions,
): Promise<PartReport[]> {
  const reports = [];
  for (const part of parts) {
    options.say(`${part.name}:`);
    const startedAt = performance.now();
    const result = await runPart(part, options).catch((error: unknown) => error as Error);
    if (result instanceof StackError && result.exitCode === INTERRUPTED) throw result;
    if (result instanceof Error) options.say(`  failed: ${result.message}`);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    reports.push({ part: part.name, seconds, result });
  }
  return reports;
}

async function runPart(part: BenchPart, options: RunOptions): Promise<PartResult> {
  const stops: Stops = [];
  const failed = Promise.withResolvers<never>();
  const context = makeContext([part.name], { ...options, stops, fail: failed.reject });
  try {
    return await Promise.race([part.run(context), options.interrupted, failed.promise]);
  } finally {
    await stopAll(stops);
  }
}

type Stops = (() => unknown)[];

function makeContext(
  path: readonly string[],
  scope: RunOptions & { stops: Stops; fail: (error: unknown) => void },
): BenchContext {
  const { servers, searchPath, stops } = scope;
  const folder = join(scope.dataDir, ...path);
  mkdirSync(folder, { recursive: true });
  return {
    ...scope,
    dataDir: folder,
    say: (line) => scope.say(`  ${line}`),
    async createDatabase(name, { migrated }) {
      const database = [...path, name].join('_');
      const url = await createDatabase(servers.databaseUrl, database);
      // PostgreSQL would tidy it up for minutes, on the cores of whatever is measured next.
      stops.push(() => query(servers.databaseUrl, `drop database "${database}" with (force)`));
      if (migrated) await migrate(url, searchPath, join(folder, 'logs/migrate.log'));
      return url;
    },
    onEnd: (stop) => void stops.push(stop),
    failWith: (failure) => void failure.catch(scope.fail),
    async within(name, work) {
      const own: Stops = [];
      // The part may be ended while this is under way.
      stops.push(() => stopAll(own));
      try {
        return await work(makeContext([...path, name], { ...scope, stops: own }));
      } finally {
        await stopAll(own);
      }
    },
  };
}

/** The last one first, each once. One that fails does not keep the others from being ended. */
async function stopAll(stops: Stops): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops.splice(0).toReversed())
    await Promise.resolve()
      .then(stop)
      .catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await query(serverUrl, `create database "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function query(serverUrl: string, text: string): Promise<void> {
  const client = new Client(serverUrl);
  await client.connect();
  await client.query(text);
  await client.end();
}

async function migrate(databaseUrl: string, searchPath: string, logFile: string): Promise<void> {
  await runCommand({
    purpose: 'migrating the database',
    command: process.execPath,
    args: [join(PROJECT_ROOT, 'services/platform/migrate-main.ts')],
    env: { PATH: searchPath, DATABASE_URL: databaseUrl },
    cwd: PROJECT_ROOT,
    logFile,
  });
}
