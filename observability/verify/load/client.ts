import { type ApiClient, createApiClient, type Run } from '@aio/loadtest/lib/client';
import { mixedInput } from '@aio/loadtest/lib/mixed-workflow';
import { APPROVAL_MESSAGES } from '@aio/loadtest/lib/mixed-work';
import { BUILDER, logIn } from '@aio/loadtest/lib/people';
import type { System } from '@aio/loadtest/lib/system';
import { EVERYTHING, TOLD_EVENT } from './workflows.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';

/** The one client of the API under verification: what it has counted is the truth of requests. */
export interface LoadClient extends ApiClient, Pick<Stopwatch, 'requests' | 'lateSeconds'> {
  /** Submits a run with the input that all workflows of the load take. */
  begin(workflow: string): Promise<Run>;
  /** Begins a run, posts the event that it waits for, if any, and waits for its end. */
  work(workflow: string): Promise<Run>;
  /** Any request below `/api/v1`; resolves to its status. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<number>;
  /** Somebody logs in with a browser, from an address of their own, looks who they are, and logs out. */
  visit(): Promise<void>;
  /** Decides pending approvals as they ask to be. */
  decideAll(): Promise<void>;
}

export function createLoadClient(
  { apiUrl, publicUrl, fetch }: Pick<System, 'apiUrl' | 'publicUrl' | 'fetch'>,
  simulatorUrl: string,
): LoadClient {
  let visitors = 0;
  const stopwatch = createStopwatch(fetch);
  const api = createApiClient(apiUrl, { fetch: stopwatch.fetch });
  const client: LoadClient = {
    ...api,
    requests: stopwatch.requests,
    lateSeconds: stopwatch.lateSeconds,
    begin: (workflow) => api.submitRun(workflow, mixedInput(simulatorUrl)),
    async work(workflow) {
      const { id } = await client.begin(workflow);
      if (workflow === EVERYTHING.name)
        await client.request('POST', '/events', { name: TOLD_EVENT, key: id });
      return api.waitForRun(id);
    },
    async request(method, path, body, others) {
      const headers: Record<string, string> = { ...others };
      if (body !== undefined) headers['content-type'] = 'application/json';
      const response = await stopwatch.fetch(`${apiUrl}/api/v1${path}`, {
        method,
        headers,
        // What the API answers is meant, not what it sends a browser to.
        redirect: 'manual',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return response.status;
    },
    async visit() {
      visitors += 1;
      const browser = await logIn({ publicUrl }, BUILDER, fetchFrom(`2001:db8:0:${visitors}::1`));
      const me = await browser.request(`${publicUrl}/auth/me`);
      if (me.status !== 200) throw new Error(`who has logged in was answered ${me.status}`);
      await me.text();
      const headers = { 'aio-csrf': '1', origin: publicUrl };
      const out = await browser.request(`${publicUrl}/auth/logout`, { method: 'POST', headers });
      if (out.status !== 200) throw new Error(`a logout was answered ${out.status}`);
      await out.text();
    },
    async decideAll() {
      for (const { id, message } of await api.listPendingApprovals()) {
        if (message === APPROVAL_MESSAGES.approved) await api.decide(id, 'approved');
        if (message === APPROVAL_MESSAGES.rejected) await api.decide(id, 'rejected');
      }
    },
  };
  return client;

  /** The API believes proxies on this machine. Requests to the login service are none of the API's. */
  function fetchFrom(address: string): typeof globalThis.fetch {
    const timed = stopwatch.by(globalThis.fetch);
    return (input, init) => {
      if (!String(input).startsWith(`${publicUrl}/`)) return globalThis.fetch(input, init);
      const headers = new Headers(init?.headers);
      headers.set('x-forwarded-for', address);
      return timed(input, { ...init, headers });
    };
  }
}
