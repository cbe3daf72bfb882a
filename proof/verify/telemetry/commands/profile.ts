/**
 * `npm run observe:profile -- worker-1 [--seconds 10] [--heap]`: writes a `.cpuprofile` of a running process, or with
 * `--heap` a `.heapprofile` of memory that it allocated and kept. Open it in Chrome's DevTools or speedscope.
 * Processes of the running `npm start` are `api`, `worker-1`, …; for others, `--url` is the URL of their /metrics. `--out`
 * is the target folder (default: `profiles` in the data folder).
 * The process and this command need the same PROFILING_TOKEN; `npm start` makes one, and this command finds it.
 */

import type { Ports } from '@aio/tools/process/ports';
import { findProfilingToken } from '@aio/tools/start/profiling-token';
import { portsOfRunning } from '@aio/tools/start/run-record';
import { EXIT, reportError, StackError } from '@aio/tools/stack-error';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../../../..');

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const dataDir = resolve(ROOT, env.AIO_DATA_DIR || '.aio');
  const asked = readArguments(argv.slice(2), portsOfRunning(dataDir));
  const profile = await takeProfile(asked, findProfilingToken(env, dataDir));
  const folder = asked.out || join(dataDir, 'profiles');
  console.log(keep(profile, asked, folder));
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

interface Asked {
  /** Name of the process in messages and file names. */
  name: string;
  url: string;
  seconds: number;
  isHeap: boolean;
  out: string;
}

async function takeProfile(asked: Asked, token: string | undefined): Promise<unknown> {
  const { url, seconds, isHeap, name } = asked;
  const address = `${url}/profile/${isHeap ? 'heap' : 'cpu'}?seconds=${seconds}`;
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  let response: Response;
  try {
    response = await fetch(address, { method: 'POST', headers });
  } catch (cause) {
    throw new StackError(`${name} does not answer at ${url}. Is it running?`, { cause });
  }
  if (response.ok) return response.json();
  if (response.status === 404 || response.status === 405)
    throw new StackError(`${name} does not allow profiles. Start it with a PROFILING_TOKEN.`);
  throw new StackError(`${name} answered ${response.status}: ${(await response.text()).trim()}`);
}

/** @returns path of the written file */
function keep(profile: unknown, { name, isHeap }: Asked, folder: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const path = join(folder, `${name}-${time}.${isHeap ? 'heap' : 'cpu'}profile`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify(profile));
  return path;
}

function readArguments(args: readonly string[], ports: Ports): Asked {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string', default: '10' },
        heap: { type: 'boolean', default: false },
        url: { type: 'string', default: '' },
        out: { type: 'string', default: '' },
      },
      allowPositionals: true,
    });
    const [name = '', ...others] = positionals;
    if (!/^[\w.-]+$/.test(name) || others.length > 0)
      throw new Error('Name one process, for example worker-1.');
    const port = portOf(name, ports);
    if (values.url === '' && !Number.isInteger(port))
      throw new Error(
        `${name} is not api, worker-1, worker-2, …. Give the URL of its metrics with --url.`,
      );
    return {
      name,
      url: values.url.replace(/(\/metrics)?\/*$/, '') || `http://127.0.0.1:${port}`,
      seconds: Number(values.seconds),
      isHeap: values.heap,
      out: values.out,
    };
  } catch (cause) {
    throw new StackError((cause as Error).message, { exitCode: EXIT.usage, cause });
  }
}

function portOf(name: string, ports: Ports): number {
  if (name === 'api') return ports.apiMetrics;
  const [, number] = /^worker-([1-9]\d*)$/.exec(name) ?? [];
  return ports.workerMetrics - 1 + Number(number);
}
