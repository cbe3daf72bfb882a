/**
 * `npm run observe:profile -- worker-1 [--seconds 10] [--heap]`: writes a profile of a running process for Chrome's DevTools
 * and speedscope (`.cpuprofile`, `.heapprofile`) and a flame graph (`.svg`) of its CPU time, or with `--heap` of memory
 * that it allocated and kept. Processes of `npm start` are `api`, `worker-1`, …; for others, `--url` is the URL of their
 * /metrics. `--port-offset N` as for `npm start`; `--out` is the target folder (default: `profiles` in the data folder).
 * The process and this command need the same PROFILING_TOKEN; `npm start` makes one, and this command finds it.
 */

import { PORTS } from '@aio/stack/ports';
import { findProfilingToken } from '@aio/stack/profiling-token';
import { EXIT, reportError, StackError } from '@aio/stack/stack-error';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { drawFlameGraph } from '../profile/flame-graph.ts';
import { framesOfCpu, framesOfHeap, heaviest } from '../profile/frames.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SHOWN = 10;

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const asked = readArguments(argv.slice(2));
  const dataDir = resolve(ROOT, env.AIO_DATA_DIR || '.aio');
  const profile = await takeProfile(asked, findProfilingToken(env, dataDir));
  const folder = asked.out || join(dataDir, 'profiles');
  for (const line of keep(profile, asked, folder)) console.log(line);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

interface Asked {
  /** Name of the process in output and file names. */
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

/** Writes the files. @returns the lines to print */
function keep(profile: unknown, { name, seconds, isHeap }: Asked, folder: string): string[] {
  const frames = isHeap
    ? framesOfHeap(profile as Parameters<typeof framesOfHeap>[0], ROOT)
    : framesOfCpu(profile as Parameters<typeof framesOfCpu>[0], ROOT);
  const format = isHeap ? writeBytes : writeMicroseconds;
  const what = isHeap ? 'memory allocated and kept in' : 'CPU time in';
  const title = `${name}: ${what} ${seconds} s`;
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const file = join(folder, `${name}-${time}`);
  const paths = { profile: `${file}.${isHeap ? 'heap' : 'cpu'}profile`, graph: `${file}.svg` };
  mkdirSync(folder, { recursive: true });
  writeFileSync(paths.profile, JSON.stringify(profile));
  writeFileSync(paths.graph, drawFlameGraph(frames, { title, format }));
  return [
    `${title}: ${format(frames.value)}`,
    ...heaviest(frames, SHOWN).map(
      ({ name: of, value }) => `  ${format(value).padStart(10)}  ${of}`,
    ),
    '',
    `profile:     ${paths.profile}`,
    `flame graph: ${paths.graph}`,
  ];
}

function readArguments(args: readonly string[]): Asked {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string', default: '10' },
        heap: { type: 'boolean', default: false },
        url: { type: 'string', default: '' },
        out: { type: 'string', default: '' },
        'port-offset': { type: 'string', default: '0' },
      },
      allowPositionals: true,
    });
    const [name = '', ...others] = positionals;
    if (!/^[\w.-]+$/.test(name) || others.length > 0)
      throw new Error('Name one process, for example worker-1.');
    const port = portOf(name) + Number(values['port-offset']);
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

function portOf(name: string): number {
  if (name === 'api') return PORTS.apiMetrics;
  const [, number] = /^worker-([1-9]\d*)$/.exec(name) ?? [];
  return PORTS.workerMetrics - 1 + Number(number);
}

function writeMicroseconds(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} s` : `${(value / 1e3).toFixed(1)} ms`;
}

function writeBytes(value: number): string {
  return value >= 2 ** 20
    ? `${(value / 2 ** 20).toFixed(1)} MiB`
    : `${(value / 2 ** 10).toFixed(1)} KiB`;
}
