import { monitorEventLoopDelay } from 'node:perf_hooks';

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

export function createStopwatch(fetch: typeof globalThis.fetch): Stopwatch {
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
