import { type ApiClient, createApiClient, type Run } from '@aio/tools/system/client';
import { BUILDER, logIn } from '../../../bed/people.ts';
import { createMachineToken, fetchAs } from '@aio/tools/start/machine-token';
import { PORTS } from '@aio/tools/process/ports';
import { StackError } from '@aio/tools/stack-error';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Place } from '../config.ts';
import { tryUntil } from '../project.ts';

/** A run with fields that clients of load tests do not use. */
export type TracedRun = Run & { traceId: string | null; durationMs: number };

const EXAMPLES = resolve(import.meta.dirname, '../../../../examples/workflows');
const RUN_WITHIN_MS = 60_000;
const ACCEPTED_WITHIN_MS = 120_000;
const TRACE_WITHIN_MS = 30_000;

/** A client that gets its token from Keycloak, as programs do. */
export function createClient({ api, keycloak }: Place): ApiClient {
  const token = createMachineToken(keycloak);
  return createApiClient(api, { fetch: fetchAs(token) });
}

/** A client that only lists runs, and shows each answer as it is. */
export function createAsker({ api, keycloak }: Place): () => Promise<Response> {
  const fetch = fetchAs(createMachineToken(keycloak));
  return () => fetch(`${api}/api/v1/runs?limit=1`, { signal: AbortSignal.timeout(30_000) });
}

/** Logs in as a browser does, at the web UI. @returns name and roles @throws StackError */
export async function logInByBrowser({ web }: Place): Promise<string> {
  const browser = await logIn({ publicUrl: web }, BUILDER);
  const answer = await browser.request(`${web}/auth/me`);
  if (answer.status !== 200)
    throw new StackError(`/auth/me answered ${answer.status} after the login`);
  const me = (await answer.json()) as { name: string; roles: string[]; via: string };
  if (me.name !== BUILDER.username || !me.roles.includes('builder') || me.via !== 'session')
    throw new StackError(`the session is not that of ${BUILDER.username}: ${JSON.stringify(me)}`);
  return `${me.name}, ${me.roles.join(', ')}`;
}

/** Runs an example whose steps call the simulator over HTTP and as a language model. */
export async function runExample(client: ApiClient, name: string): Promise<TracedRun> {
  const input = await readFile(join(EXAMPLES, `${name}.input.json`), 'utf8');
  // The simulator's address inside the containers.
  const inside = input.replaceAll(`127.0.0.1:${PORTS.simulator}`, `simulator:${PORTS.simulator}`);
  await client.createWorkflow(await readFile(join(EXAMPLES, `${name}.yaml`), 'utf8'));
  const { id } = await client.submitRun(name, JSON.parse(inside));
  return waitForSuccess(client, id);
}

/** Submits a run that waits 2 s and then calls a model, with retries, so that it survives the restart of a service. */
export async function submit(client: ApiClient): Promise<Run> {
  const name = 'verify';
  await client.createWorkflow({
    name,
    steps: {
      wait: { type: 'delay', with: { duration: '2s' } },
      ask: {
        type: 'llm',
        needs: ['wait'],
        with: { model: 'openai/gpt-6-luna', prompt: 'Say that all is well.' },
        retry: { maxAttempts: 6 },
      },
    },
  });
  return client.submitRun(name);
}

/** Submits a run as soon as Keycloak and the API answer. */
export function submitAgain(place: Place): Promise<Run> {
  return tryUntil('a run is accepted', ACCEPTED_WITHIN_MS, () => submit(createClient(place)));
}

/** Executes a run that gets a 404 and fails. */
export async function runFailing(client: ApiClient): Promise<TracedRun> {
  const name = 'verify-failure';
  const url = `http://simulator:${PORTS.simulator}/nothing`;
  await client.createWorkflow({ name, steps: { fetch: { type: 'http', with: { url } } } });
  const run = await waitForEnd(client, (await client.submitRun(name)).id);
  if (run.status === 'failed') return run;
  throw new StackError(`run ${run.id} should have failed, but it is ${run.status}`);
}

/** Waits until Jaeger has the run's trace with spans of two services. @returns their names, and the number of spans */
export async function findTrace(
  { jaeger }: Place,
  { traceId }: TracedRun,
  withinMs = TRACE_WITHIN_MS,
): Promise<{ services: string[]; spans: number }> {
  if (traceId === null) throw new StackError('the run has no trace');
  return tryUntil(`Jaeger has trace ${traceId} with API and worker`, withinMs, async () => {
    const answer = await fetch(`${jaeger}/api/v3/traces/${traceId}`);
    const trace = readTrace(await answer.text());
    return trace.services.length > 1 ? trace : undefined;
  });
}

/** What the API answers when it is asked for the spans of a run. */
export async function readMissing(
  { api, keycloak }: Place,
  runId: string,
): Promise<{ missing: string | null; receiver: string | null }> {
  const ask = fetchAs(createMachineToken(keycloak));
  const answer = await ask(`${api}/api/v1/runs/${runId}/trace`);
  return (await answer.json()) as { missing: string | null; receiver: string | null };
}

interface Otlp {
  result?: {
    resourceSpans?: {
      resource: { attributes: { key: string; value: { stringValue?: string } }[] };
      scopeSpans: { spans: unknown[] }[];
    }[];
  };
}

function readTrace(text: string): { services: string[]; spans: number } {
  const parts = (JSON.parse(text) as Otlp).result?.resourceSpans ?? [];
  const names = parts.flatMap(({ resource }) =>
    resource.attributes
      .filter(({ key }) => key === 'service.name')
      .map(({ value }) => value.stringValue ?? ''),
  );
  const spans = parts.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return { services: [...new Set(names)].sort(), spans: spans.length };
}

/** @throws StackError if the run does not succeed */
export async function waitForSuccess(client: ApiClient, id: string): Promise<TracedRun> {
  const run = await waitForEnd(client, id);
  if (run.status === 'succeeded') return run;
  throw new StackError(
    `run ${id} of ${run.workflow.name} is ${run.status}: ${JSON.stringify(run.error)}`,
  );
}

function waitForEnd(client: ApiClient, id: string): Promise<TracedRun> {
  return tryUntil(`run ${id} ends`, RUN_WITHIN_MS, async () => {
    const run = (await client.getRun(id)) as TracedRun;
    return run.finishedAt === null ? undefined : run;
  });
}
