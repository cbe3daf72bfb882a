import type { ServerResponse } from 'node:http';
import type { Definition, StepWork } from '@aio/tools/system/definition';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { median } from '../../bed/quantile.ts';
import { parallel, toWorkflow } from '@aio/loadtest/workflows/shapes';
import { waitUntil } from '@aio/tools/system/wait-until';
import type { BenchContext, BenchPart, Cell } from '../part.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const WORKERS = 2;
/** Few, so that the wide run needs the slots of both workers. */
const SLOTS = 4;
/** Per round of the bench. */
const TRIES = 2;
const SETTLE_MS = 30_000;

interface Case {
  title: string;
  workflow: Definition;
  /** Calls under way before the cancel; 0 = the run only waits. */
  calls: number;
}

/** Measures the time from the cancel request until the last call is aborted, or until a run without calls has ended. */
export const cancel: BenchPart = {
  name: 'cancel',
  async run(context) {
    const silent = await startSilentServer(context);
    const env = {
      WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}`,
      OPENAI_BASE_URL: `${silent.url}/v1`,
    };
    const system = await startBenchSystem(context, { workers: WORKERS, env });
    const rows: Cell[][] = [];
    let longest = 0;
    for (const one of listCases(silent.url)) {
      context.say(one.title);
      await system.api.createWorkflow(one.workflow);
      const seconds: number[] = [];
      for (let nth = 0; nth < TRIES * context.rounds; nth++)
        seconds.push(await cancelOnce(one, system, silent));
      longest = Math.max(longest, ...seconds);
      rows.push([one.title, median(seconds), Math.max(...seconds)]);
    }
    return {
      tables: [{ title: 'Cancel, s', rows: [['', 'median', 'longest'], ...rows] }],
      measured: { cancel: longest },
      method: `${TRIES * context.rounds} times each, ${WORKERS} workers with ${SLOTS} slots per lane; from the cancel request until a server that never answers sees its last connection closed, or until a run without connections has ended`,
    };
  },
};

function listCases(url: string): Case[] {
  const http: StepWork = { type: 'http', with: { url }, timeout: '15m' };
  const llm = { model: 'openai/any', prompt: 'Wait.' };
  const of = (title: string, calls: number, work: StepWork, name: string = work.type): Case => ({
    title: `in ${title}`,
    workflow: toWorkflow(`cancel-${name}`, parallel(Math.max(1, calls)), work),
    calls,
  });
  return [
    of('an http call', 1, http),
    of('an llm call', 1, { type: 'llm', with: llm, timeout: '1h' }),
    of('http calls of both workers', WORKERS * SLOTS, http, 'wide'),
    // The child run holds the connection.
    of('a child run', 1, { type: 'workflow', with: { workflow: 'cancel-http' } }),
    of('a delay', 0, { type: 'delay', with: { duration: '1d' } }),
    of('an approval', 0, { type: 'approval', with: {} }),
    of('a wait', 0, { type: 'wait', with: { event: 'none', key: 'any' } }),
  ];
}

/** @returns seconds */
async function cancelOnce(
  { workflow: { name }, calls }: Case,
  { api }: BenchSystem,
  silent: SilentServer,
): Promise<number> {
  const { id } = await api.submitRun(name);
  await waitUntil(`${name} is under way`, SETTLE_MS, async () =>
    calls > 0 ? silent.open() === calls : (await api.getRun(id)).status === 'waiting',
  );
  silent.takeAborts();
  const askedAt = performance.now();
  await api.cancelRun(id);
  const answeredAt = performance.now();
  await waitUntil('every connection is closed', SETTLE_MS, () => silent.open() === 0);
  const lastAt = Math.max(answeredAt, ...silent.takeAborts());
  const { status } = await api.getRun(id);
  if (status !== 'cancelled') throw new Error(`the cancelled run has status ${status}`);
  return (lastAt - askedAt) / 1000;
}

/** Accepts every request and never answers. */
interface SilentServer {
  url: string;
  /** Number of waiting requests. */
  open(): number;
  /** Times (`performance.now()`) at which clients closed connections since the last call. */
  takeAborts(): number[];
}

async function startSilentServer({ onEnd }: BenchContext): Promise<SilentServer> {
  const waiting = new Set<ServerResponse>();
  const aborts: number[] = [];
  const { url, close } = await startHttpServer((request, response) => {
    request.resume();
    waiting.add(response);
    response.once('close', () => {
      waiting.delete(response);
      aborts.push(performance.now());
    });
  });
  onEnd(close);
  return { url, open: () => waiting.size, takeAborts: () => aborts.splice(0) };
}
