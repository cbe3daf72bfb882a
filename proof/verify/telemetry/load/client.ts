import { type ApiClient, createApiClient, type Run } from '@aio/tools/system/client';
import { APPROVAL_MESSAGES, mixedInput } from '../../../bed/mixed-workflow.ts';
import { BUILDER, logIn } from '../../../bed/people.ts';
import type { System } from '@aio/tools/system/system';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { EVERYTHING, AWAITED_EVENT } from './workflows.ts';

/** The only client of the API under verification. Its counts are the truth about requests. */
export interface LoadClient extends ApiClient, Pick<Stopwatch, 'requests' | 'lateSeconds'> {
  /** Submits a run with the common input of all workflows of the load. */
  begin(workflow: string): Promise<Run>;
  /** Starts a run, posts the event that it waits for, if any, and waits for its end. */
  work(workflow: string): Promise<Run>;
  /** Logs in like a browser from a new address, reads the user, and logs out. */
  visit(): Promise<void>;
  /** Decides pending approvals with the decision that their text asks for. */
  decideAll(): Promise<void>;
}

type Ask = (
  method: string,
  path: string,
  init?: { headers?: Record<string, string>; body?: string },
) => Promise<void>;

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
        await client.request('POST', '/events', { name: AWAITED_EVENT, key: id });
      return api.waitForRun(id);
    },
    visit: () => asVisitor((ask) => ask('GET', '/auth/me')),
    async decideAll() {
      for (const { id, message } of await api.listPendingApprovals()) {
        if (message === APPROVAL_MESSAGES.approved) await api.decide(id, 'approved');
        if (message === APPROVAL_MESSAGES.rejected) await api.decide(id, 'rejected');
      }
    },
  };
  return client;

  /** Logs in, works, and logs out. */
  async function asVisitor(work: (ask: Ask) => Promise<void>): Promise<void> {
    visitors += 1;
    const browser = await logIn({ publicUrl }, BUILDER, fetchFrom(`2001:db8:0:${visitors}::1`));
    const ask: Ask = async (method, path, { headers, ...init } = {}) => {
      const response = await browser.request(`${publicUrl}${path}`, {
        ...init,
        method,
        headers: { 'aio-csrf': '1', origin: publicUrl, ...headers },
      });
      if (response.status !== 200) throw new Error(`${method} ${path} answered ${response.status}`);
      await response.text();
    };
    await work(ask);
    await ask('POST', '/auth/logout');
  }

  /** The API trusts proxies on this machine. Requests to the login service do not count. */
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

/** A request as its client saw it. */
export interface TimedRequest {
  method: string;
  status: number;
  /** Time until the last byte of the response was read. */
  seconds: number;
}

export interface Stopwatch {
  /** Wraps the given fetch. Event streams are neither timed nor counted. */
  readonly fetch: typeof globalThis.fetch;
  /** Wraps another fetch, with the same counts. */
  by(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
  readonly requests: readonly TimedRequest[];
  /** P95 of this process's event loop delay so far, in seconds. */
  lateSeconds(): number;
}

const LOOK_EVERY_MS = 5;

function createStopwatch(fetch: typeof globalThis.fetch): Stopwatch {
  const requests: TimedRequest[] = [];
  const looks = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  looks.enable();
  const by: Stopwatch['by'] = (fetch) => async (input, init) => {
    const startedAt = performance.now();
    const response = await fetch(input, init);
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
    const body = await response.arrayBuffer();
    const { status, statusText, headers } = response;
    requests.push({
      method: init?.method ?? 'GET',
      status,
      seconds: (performance.now() - startedAt) / 1000,
    });
    // `Response` refuses a body for statuses without one.
    return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
  };
  return {
    fetch: by(fetch),
    by,
    requests,
    lateSeconds: () => Math.max(0, looks.percentile(95) / 1e9 - LOOK_EVERY_MS / 1000),
  };
}
