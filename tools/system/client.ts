import { readEvents } from '../start/event-stream.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Definition } from './definition.ts';

export interface Run {
  id: string;
  status: 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  workflow: { name: string; version: number };
  output: unknown;
  error: { code: string; message: string; step?: string } | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface Approval {
  id: string;
  runId: string;
  step: string;
  message: string | null;
}

export interface RunEvent {
  seq: number;
  type: string;
  step?: string;
}

/** An error answer of the API; `problem` is its body (RFC 9457). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: unknown;

  constructor(request: string, status: number, problem: unknown) {
    super(`${request}: ${status} ${JSON.stringify(problem)}`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

export interface ApiClient {
  /** Sends a request below `/api/v1`; a body that is no text as JSON. Follows no redirect. @returns any answer */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** GET below `/api/v1`. @throws ApiError unless the status is 2xx */
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body?: unknown): Promise<Answer>;
  /** @param definition as JSON or as YAML text */
  createWorkflow(definition: Definition | string): Promise<{ name: string; version: number }>;
  submitRun(
    workflow: string,
    input?: unknown,
    options?: { idempotencyKey?: string; traceparent?: string | undefined },
  ): Promise<Run>;
  /** Submits `count` runs with one input in one request, and returns their ids. */
  submitRuns(
    workflow: string,
    count: number,
    inputOf?: (index: number) => unknown,
  ): Promise<string[]>;
  getRun(runId: string): Promise<Run>;
  cancelRun(runId: string): Promise<Run>;
  /** Up to `limit` (1 to 200) open runs, newest first. */
  listOpenRuns(options: { workflow?: string | undefined; limit: number }): Promise<Run[]>;
  /** Yields every event of a run once, and reconnects when the stream breaks. */
  followRun(runId: string): AsyncGenerator<RunEvent>;
  /** Follows a run to its end and returns it. */
  waitForRun(runId: string, onEvent?: (event: RunEvent) => Promise<void>): Promise<Run>;
  /** Resolves when no run of the workflow (default: any workflow) is open. */
  waitUntilIdle(options?: { workflow?: string; timeoutMs?: number }): Promise<void>;
  listPendingApprovals(): Promise<Approval[]>;
  decide(approvalId: string, decision: 'approved' | 'rejected'): Promise<void>;
  putSecret(name: string, value: string): Promise<void>;
}

const END = /^run\.(succeeded|failed|cancelled)$/;
const SUBMITTED_AT_ONCE = 50;
const RECONNECT_MS = 200;
const LOOK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 30_000;
/** After this time without events, a broken stream counts as an error. */
const RESUME_WITHIN_MS = 30_000;

/**
 * @param origin of the API, e.g. `http://127.0.0.1:8080`
 * @param fetch sends each request with a token
 */
export function createApiClient(
  origin: string,
  { fetch }: { fetch: typeof globalThis.fetch },
): ApiClient {
  const base = `${origin}/api/v1`;

  const request: ApiClient['request'] = (method, path, body, headers) =>
    fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  async function send<Answer>(...asked: Parameters<ApiClient['request']>): Promise<Answer> {
    const [method, path] = asked;
    const response = await request(...asked);
    const text = await response.text();
    const answer: unknown = text === '' ? null : JSON.parse(text);
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, answer);
    return answer as Answer;
  }

  const client: ApiClient = {
    request,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    createWorkflow(definition) {
      const headers: Record<string, string> = {};
      if (typeof definition === 'string') headers['content-type'] = 'application/yaml';
      return send('POST', '/workflows', definition, headers);
    },
    submitRun(workflow, input, { idempotencyKey, traceparent } = {}) {
      const headers: Record<string, string> = {};
      if (traceparent !== undefined) headers['traceparent'] = traceparent;
      if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
      return send('POST', `/workflows/${workflow}/runs`, { input }, headers);
    },
    async submitRuns(workflow, count, inputOf) {
      const ids: string[] = [];
      const indexes = Array.from({ length: count }).keys();
      const submit = async () => {
        for (const index of indexes)
          ids[index] = (await client.submitRun(workflow, inputOf?.(index))).id;
      };
      await Promise.all(Array.from({ length: SUBMITTED_AT_ONCE }, submit));
      return ids;
    },
    getRun: (runId) => client.get(`/runs/${runId}`),
    cancelRun: (runId) => client.post(`/runs/${runId}/cancel`),
    async listOpenRuns({ workflow, limit }) {
      const filter = workflow === undefined ? '' : `&workflow=${workflow}`;
      const path = `/runs?status=queued,running,waiting&limit=${limit}${filter}`;
      return (await client.get<{ items: Run[] }>(path)).items;
    },
    followRun: (runId) => followRun(runId, (path) => fetch(`${base}${path}`)),
    async waitForRun(runId, onEvent) {
      for await (const event of client.followRun(runId)) await onEvent?.(event);
      return client.getRun(runId);
    },
    async waitUntilIdle({ workflow, timeoutMs = 120_000 } = {}) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const [open] = await client.listOpenRuns({ workflow, limit: 1 });
        if (!open) return;
        if (Date.now() > deadline)
          throw new Error(
            `run ${open.id} and maybe others are still open after ${timeoutMs / 1000} s`,
          );
        await sleep(LOOK_EVERY_MS);
      }
    },
    async listPendingApprovals() {
      const path = '/approvals?status=pending&limit=50';
      return (await client.get<{ items: Approval[] }>(path)).items;
    },
    async decide(approvalId, decision) {
      await client.post(`/approvals/${approvalId}/decision`, { decision });
    },
    async putSecret(name, value) {
      await send('PUT', `/secrets/${name}`, { value });
    },
  };
  return client;
}

/** @param open sends a GET below `/api/v1` */
async function* followRun(
  runId: string,
  open: (path: string) => Promise<Response>,
): AsyncGenerator<RunEvent> {
  let last = 0;
  let heardAt = Date.now();
  for (;;) {
    const path = `/runs/${runId}/events?lastEventId=${last}`;
    try {
      const response = await open(path);
      if (!response.ok || !response.body)
        throw new ApiError(`GET ${path}`, response.status, await response.text());
      for await (const { data } of readEvents(response.body)) {
        const event = JSON.parse(data) as RunEvent;
        last = event.seq;
        heardAt = Date.now();
        yield event;
        if (END.test(event.type)) return;
      }
    } catch (error) {
      if (!isPassing(error) || Date.now() - heardAt > RESUME_WITHIN_MS) throw error;
    }
    await sleep(RECONNECT_MS);
  }
}

/** The connection broke, or no API was available. */
function isPassing(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof ApiError && error.status >= 502);
}
