import { StackError } from '@aio/tools/stack-error';
import { Redis } from 'ioredis';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { INTERRUPTED } from '@aio/tools/cli/interruption';
import { migrate, type OwnServers, PROJECT_ROOT } from '@aio/tools/system/own-servers';
import type { Measured } from './guard-rails.ts';

/** Options of all parts. */
export interface BenchOptions {
  servers: OwnServers;
  /** For data and logs. */
  dataDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** AIO_DATA_DIR: downloaded and built programs. */
  programDir: string;
  rounds: number;
  /** Also measures the code of this commit, in turn (`compares`); empty = only this code. */
  commit: string;
  /** Prints progress. */
  say(line: string): void;
}

export interface BenchContext extends BenchOptions {
  /**
   * Creates a database that is dropped when the part ends.
   * @param options.migrated with the schema
   * @param options.root folder of the code whose migrations run; default: this project
   * @returns its URL
   */
  createDatabase(
    name: string,
    options: { migrated: boolean; root?: string | undefined },
  ): Promise<string>;
  /** Calls `stop` when the part ends or fails, the last one first. */
  onEnd(stop: () => unknown): void;
  /** The part fails as soon as this rejects. */
  failWith(failure: Promise<never>): void;
}

/** A text, a figure, or the figures of all rounds: median (minimum–maximum). */
export type Cell = string | number | readonly number[];

/** The first row is the head. */
export interface Table {
  title: string;
  rows: readonly (readonly Cell[])[];
}

/** One figure per row, by name. */
export function figureTable(
  title: string,
  head: string,
  figures: Readonly<Record<string, Cell>>,
): Table {
  return { title, rows: [['', head], ...Object.entries(figures)] };
}

export interface PartResult {
  tables: Table[];
  /** Values for the guard rails. */
  measured: Measured;
  /** Printed: how it was measured. */
  method: string;
}

export interface BenchPart {
  /** Used on the command line. */
  name: string;
  /** Measures this code and that of `commit` in turn. */
  compares?: true;
  run(context: BenchContext): Promise<PartResult>;
}

export interface PartReport {
  part: string;
  seconds: number;
  /** An error if the part failed. */
  result: PartResult | Error;
}

/**
 * Runs the parts one after the other and stops what each one started. If a part fails, the others still run.
 * @param interrupted rejects at Ctrl-C
 * @throws StackError when interrupted
 */
export async function runParts(
  parts: readonly BenchPart[],
  options: BenchOptions,
  interrupted: Promise<never>,
): Promise<PartReport[]> {
  const reports = [];
  for (const part of parts) {
    options.say(`${part.name}:`);
    const startedAt = performance.now();
    const result = await runPart(part, options, interrupted).catch((error: Error) => error);
    if (result instanceof StackError && result.exitCode === INTERRUPTED) throw result;
    if (result instanceof Error) options.say(`  failed: ${result.message}`);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    options.say(`  took ${seconds} s`);
    reports.push({ part: part.name, seconds, result });
  }
  return reports;
}

async function runPart(
  part: BenchPart,
  options: BenchOptions,
  interrupted: Promise<never>,
): Promise<PartResult> {
  const { servers, searchPath } = options;
  const dataDir = join(options.dataDir, part.name);
  mkdirSync(dataDir, { recursive: true });
  const stops = new AsyncDisposableStack();
  stops.defer(() => flushRedis(servers.redisUrl));
  const failed = Promise.withResolvers<never>();
  const context: BenchContext = {
    ...options,
    dataDir,
    say: (line) => options.say(`  ${line}`),
    async createDatabase(name, { migrated, root = PROJECT_ROOT }) {
      const database = `${part.name}_${name}`;
      const url = new URL(servers.databaseUrl);
      url.pathname = database;
      await query(servers.databaseUrl, `create database "${database}"`);
      // Otherwise autovacuum would use the cores of the next part for minutes.
      stops.defer(() => query(servers.databaseUrl, `drop database "${database}" with (force)`));
      if (migrated) await migrate({ root, databaseUrl: url.href, searchPath, dataDir });
      return url.href;
    },
    onEnd: (stop) => stops.defer(async () => void (await stop())),
    failWith: (failure) => void failure.catch(failed.reject),
  };
  try {
    return await Promise.race([part.run(context), interrupted, failed.promise]);
  } finally {
    await stops.disposeAsync();
  }
}

/** Removes the jobs that a part left behind. */
async function flushRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

async function query(serverUrl: string, text: string): Promise<void> {
  const client = new Client(serverUrl);
  await client.connect();
  await client.query(text);
  await client.end();
}
