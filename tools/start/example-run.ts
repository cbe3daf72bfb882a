import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PORTS } from '../process/ports.ts';
import { StackError } from '../stack-error.ts';
import { readEvents } from './event-stream.ts';

export interface ExampleOptions {
  /** The folder with `<name>.input.json`. */
  folder: string;
  /** Name of a stored workflow. */
  name: string;
  /** Origin of the API. */
  apiUrl: string;
  /** Sends requests as a user who may run the example. */
  fetch: typeof fetch;
  simulatorPort: number;
  say: (line: string) => void;
  /** The address of the run's page, or its id if there is no web UI. */
  pageOf: (runId: string) => string;
  signal: AbortSignal;
}

export interface ExampleResult {
  runId: string;
  status: string;
  output: unknown;
  error: unknown;
}

interface RunEvent {
  seq: number;
  type: string;
  step?: string;
  iteration?: number | null;
  attempt?: number;
  error?: { code: string; message: string } | null;
}

/**
 * Submits a run of an example and follows it to its end, with a line per step.
 * Approves it, because there may be no person at the terminal.
 */
export async function runExample(options: ExampleOptions): Promise<ExampleResult> {
  const { say, name, folder } = options;
  const input = await readFile(join(folder, `${name}.input.json`), 'utf8');
  const { id } = await call<{ id: string }>(
    options,
    'POST',
    `/workflows/${name}/runs`,
    `{ "input": ${pointAtSimulator(input, options.simulatorPort)} }`,
  );
  say(`Example run of ${name}: ${options.pageOf(id)}`);
  await follow(options, id);
  const run = await call<ExampleResult>(options, 'GET', `/runs/${id}`);
  return { runId: id, status: run.status, output: run.output, error: run.error };
}

/** The examples' inputs have the simulator's default port; with a port offset, replace it. */
function pointAtSimulator(input: string, port: number): string {
  return input.replaceAll(`127.0.0.1:${PORTS.simulator}`, `127.0.0.1:${port}`);
}

/** If a stream breaks off, continues it after the last event. */
async function follow(options: ExampleOptions, runId: string): Promise<void> {
  let last = 0;
  for (;;) {
    const response = await options.fetch(
      `${options.apiUrl}/api/v1/runs/${runId}/events?lastEventId=${last}`,
      { signal: options.signal },
    );
    if (!response.ok || !response.body) throw await problem('GET', '/runs/events', response);
    for await (const { data } of readEvents(response.body)) {
      const event = JSON.parse(data) as RunEvent;
      last = event.seq;
      const line = describeEvent(event);
      if (line) options.say(line);
      if (event.type === 'step.waiting') await approve(options, runId);
      if (/^run\.(succeeded|failed|cancelled)$/.test(event.type)) return;
    }
    await sleep(200, undefined, { signal: options.signal });
  }
}

/** undefined = print nothing. */
function describeEvent({ type, step, iteration, attempt, error }: RunEvent): string | undefined {
  const state = /^step\.(succeeded|failed|skipped|cancelled|waiting|retrying)$/.exec(type)?.[1];
  if (!state || !step) return undefined;
  const item = typeof iteration === 'number' && iteration >= 0 ? `[${iteration}]` : '';
  const notes = [
    attempt !== undefined && attempt > 1 ? `attempt ${attempt}` : '',
    error ? `${error.code}: ${error.message}` : '',
  ].filter(Boolean);
  return `  ${`${step}${item}`.padEnd(22)} ${state.padEnd(10)} ${notes.join(', ')}`.trimEnd();
}

async function approve(options: ExampleOptions, runId: string): Promise<void> {
  const { items } = await call<{ items: { id: string; runId: string; step: string }[] }>(
    options,
    'GET',
    '/approvals?status=pending',
  );
  for (const { id, step } of items.filter((approval) => approval.runId === runId)) {
    const decision = { decision: 'approved', comment: 'Approved by npm start for the example.' };
    await call(options, 'POST', `/approvals/${id}/decision`, JSON.stringify(decision));
    options.say(`  ${step.padEnd(22)} approved   by npm start, because this is an example`);
  }
}

async function call<T>(
  { apiUrl, fetch, signal }: ExampleOptions,
  method: string,
  path: string,
  body?: string,
): Promise<T> {
  const response = await fetch(`${apiUrl}/api/v1${path}`, {
    method,
    signal,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw await problem(method, path, response);
  return (await response.json()) as T;
}

async function problem(method: string, path: string, response: Response): Promise<StackError> {
  const text = await response.text();
  return new StackError(`the API answered ${response.status} to ${method} ${path}`, {
    details: text.split('\n').slice(0, 10),
  });
}
