/**
 * `npm run observe:logs -- [--run <id>] [--trace <id>] [--event <name>] [--level error] [--since 15m]`: the lines of API
 * and workers that are asked for, oldest first. They come from the Loki of LOKI_URL, or from the files of `npm start`;
 * with `--stdin` from what `docker compose logs` or `kubectl logs` prints. A level is a level and the more severe ones,
 * names of events are in observability/catalog/METRICS.md. `--since` is 1h by default, in files everything; `--limit` is
 * 1000, and the latest lines count.
 */

import { type LogLevel, SEVERITY_NUMBERS } from '@aio/catalog/log-event';
import { type LogFilter, printLogLine } from '@aio/query/log-lines';
import { LokiAway, queryLoki } from '@aio/query/loki';
import { EXIT, reportError, StackError } from '@aio/stack/stack-error';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readLogFolder, readLogStream } from '../read-log-files.ts';

const HOUR_MS = 3_600_000;
const UNITS_MS = { s: 1000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS } as const;

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const asked = readArguments(argv.slice(2));
  const lines = await readLines(asked, env);
  for (const line of lines.slice(-asked.limit)) console.log(printLogLine(line));
  if (lines.length === 0) console.error('no lines');
  if (lines.length >= asked.limit)
    console.error(`these are the latest ${asked.limit} lines; for more: --limit, or ask for fewer`);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

interface Asked {
  filter: LogFilter;
  limit: number;
  isStdin: boolean;
}

async function readLines({ filter, limit, isStdin }: Asked, env: NodeJS.ProcessEnv) {
  if (isStdin) return readLogStream(process.stdin, filter);
  const { LOKI_URL: loki, AIO_DATA_DIR: dataDir } = env;
  if (loki) {
    const { since = Date.now() - HOUR_MS } = filter;
    return queryLoki(loki, { ...filter, since }, limit).catch((error: unknown) => {
      if (!(error instanceof LokiAway)) throw error;
      throw new StackError(error.message, { exitCode: EXIT.unavailable, cause: error });
    });
  }
  const root = resolve(import.meta.dirname, '../../..');
  const folder = join(resolve(root, dataDir || '.aio'), 'logs');
  if (!existsSync(folder))
    throw new StackError(`no logs in ${folder}: set LOKI_URL, or give --stdin`);
  return readLogFolder(folder, filter);
}

function readArguments(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        run: { type: 'string' },
        trace: { type: 'string' },
        event: { type: 'string' },
        level: { type: 'string' },
        since: { type: 'string' },
        limit: { type: 'string', default: '1000' },
        stdin: { type: 'boolean', default: false },
      },
    });
    const { run, trace, event, level, since, stdin } = values;
    const limit = Number(values.limit);
    if (!(Number.isInteger(limit) && limit > 0 && limit <= 5000))
      throw new Error(`--limit ${values.limit}: not a number from 1 to 5000`);
    return {
      filter: {
        ...(run !== undefined && { runId: run }),
        ...(trace !== undefined && { traceId: trace }),
        ...(event !== undefined && { event }),
        ...(level !== undefined && { level: readLevel(level) }),
        ...(since !== undefined && { since: Date.now() - readDuration(since) }),
      },
      limit,
      isStdin: stdin,
    };
  } catch (cause) {
    throw new StackError((cause as Error).message, { exitCode: EXIT.usage, cause });
  }
}

function readLevel(text: string): LogLevel {
  const levels = Object.keys(SEVERITY_NUMBERS) as LogLevel[];
  const level = levels.find((known) => known === text);
  if (level === undefined) throw new Error(`--level ${text}: not one of ${levels.join(', ')}`);
  return level;
}

function readDuration(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new Error(`--since ${text}: not a duration such as 15m, 2h or 1d`);
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
