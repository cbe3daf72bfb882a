import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Processes } from '../../bed/probes.ts';
import type { System } from '@aio/tools/system/system';

/** What the thread watches. */
export interface Watched extends Processes {
  /** Another builder's session. */
  other: { url: string; cookie: string };
  /** Origin of a server that does nothing: if it is slow, so is the machine. */
  controlUrl: string;
}

export interface Seen {
  /** Longest time until an answer. */
  healthMs: number;
  /** The process that took it. */
  slowest: string;
  othersMs: number;
  controlMs: number;
  /** Answers to the other other than 200. */
  refused: number;
}

/**
 * Asks in a thread of its own, so that the attacker's work delays no answer.
 * @param cookie of another builder
 */
export async function startWatch({ apis, workers, apiUrl }: System, cookie: string) {
  const control = await startControl();
  const watched: Watched = {
    apis: apis.map(({ name, url }) => ({ name, url })),
    workers: workers.map(({ name, metricsUrl }) => ({ name, metricsUrl })),
    other: { url: `${apiUrl}/api/v1/runs?limit=1`, cookie },
    controlUrl: control.url,
  };
  const thread = new Worker(new URL('./watch-thread.ts', import.meta.url), { workerData: watched });
  await once(thread, 'message');
  let seen: Promise<Seen> | undefined;
  return {
    stop(): Promise<Seen> {
      seen ??= once(thread, 'message')
        .then(([last]) => last as Seen)
        .finally(control.stop);
      thread.postMessage('stop');
      return seen;
    },
  };
}

const CONTROL = `
  process.on('disconnect', () => process.exit());
  const server = require('node:http').createServer((_, response) => response.end('{}'));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));`;

async function startControl() {
  const child = spawn(process.execPath, ['-e', CONTROL], { stdio: ['ignore', 2, 2, 'ipc'] });
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}
