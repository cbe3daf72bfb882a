/**
 * `npm run observe:logs -- [--run <id>] [--trace <id>] [--event <name>] [--level error] [--since 15m]`: lines of API and
 * workers, oldest first, from the files of `npm start`; with `--stdin`, from the output of
 * `docker compose logs` or `kubectl logs`. `--level` includes more severe levels. `catalog/logs/log-events.ts` lists the events. `--limit` (1000) keeps the latest lines.
 */

import { type LogLevel, SEVERITY_NUMBERS } from '@aio/catalog/logs/log-event';
import { readOptions, usageError } from '@aio/tools/cli/options';
import {
  isAskedFor,
  type LogFilter,
  type LogLine,
  printLogLine,
  readJsonLine,
} from '@aio/query/log-lines';
import { reportError, StackError } from '@aio/tools/stack-error';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const HOUR_MS = 3_600_000;
const UNITS_MS = { s: 1000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS } as const;

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const asked = readArguments(argv.slice(2));
  const lines = await readLines(asked, env);
  for (const line of lines.slice(-asked.limit)) console.log(printLogLine(line));
  if (lines.length === 0) console.error('No lines match.');
  if (lines.length >= asked.limit)
    console.error(
      `These are the latest ${asked.limit} lines. For more, raise --limit or narrow the filter.`,
    );
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

interface Asked {
  filter: LogFilter;
  limit: number;
  isStdin: boolean;
}

async function readLines({ filter, isStdin }: Asked, env: NodeJS.ProcessEnv) {
  if (isStdin) return readLogStream(process.stdin, filter);
  const root = resolve(import.meta.dirname, '../../../..');
  const folder = join(resolve(root, env.AIO_DATA_DIR || '.aio'), 'logs');
  if (!existsSync(folder)) throw new StackError(`There are no logs in ${folder}. Use --stdin.`);
  return readLogFolder(folder, filter);
}

/** Lines that match the filter in the log folder of `npm start`, oldest first. */
async function readLogFolder(folder: string, filter: LogFilter): Promise<LogLine[]> {
  const files = readdirSync(folder).filter((name) => /^(api|worker)\b.*\.log$/.test(name));
  const found = await Promise.all(
    files.map((file) => readLogStream(createReadStream(join(folder, file)), filter)),
  );
  return found.flat().toSorted((a, b) => a.time - b.time);
}

/** The same from a stream, e.g. the output of `docker compose logs` or `kubectl logs`. */
async function readLogStream(stream: Readable, filter: LogFilter): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
    const line = readJsonLine(text);
    if (line !== undefined && isAskedFor(line, filter)) found.push(line);
  }
  return found.toSorted((a, b) => a.time - b.time);
}

function readArguments(args: readonly string[]): Asked {
  const { run, trace, event, level, since, limit, stdin } = readOptions(args, {
    run: 'text',
    trace: 'text',
    event: 'text',
    level: 'text',
    since: 'text',
    limit: { default: 1000, least: 1 },
    stdin: 'flag',
  });
  if (limit > 5000) throw usageError(`--limit ${limit} is not a number from 1 to 5000`);
  return {
    filter: {
      ...(run && { runId: run }),
      ...(trace && { traceId: trace }),
      ...(event && { event }),
      ...(level && { level: readLevel(level) }),
      ...(since && { since: Date.now() - readDuration(since) }),
    },
    limit,
    isStdin: stdin,
  };
}

function readLevel(text: string): LogLevel {
  const levels = Object.keys(SEVERITY_NUMBERS) as LogLevel[];
  const level = levels.find((known) => known === text);
  if (level === undefined) throw usageError(`--level ${text} is not one of ${levels.join(', ')}`);
  return level;
}

function readDuration(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw usageError(`--since ${text} is not a duration such as 15m, 2h or 1d`);
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
