import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeapProfiler, Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Answers `POST /profile/cpu` and `POST /profile/heap` with `?seconds=`. */
export type ProfileEndpoint = (
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

const PROFILES = { '/profile/cpu': profileCpu, '/profile/heap': profileHeap };
const DEFAULT_SECONDS = 10;
/** The server closes connections that are idle for longer. */
export const MAX_SECONDS = 25;

/**
 * Takes one profile at a time. A profile has names of functions and files, but no data.
 * @param token that callers must send (`Authorization: Bearer`)
 */
export function createProfileEndpoint(token: string): ProfileEndpoint {
  let isBusy = false;

  return async (url, request, response) => {
    const profile = PROFILES[url.pathname as keyof typeof PROFILES];
    const seconds = Number(url.searchParams.get('seconds') ?? DEFAULT_SECONDS);
    if (profile === undefined)
      return refuse(response, 404, 'Not found. Use /profile/cpu or /profile/heap.');
    if (request.method !== 'POST') return refuse(response, 405, 'Use POST.', { allow: 'POST' });
    if (!isShown(token, request.headers.authorization))
      return refuse(response, 401, 'Send the PROFILING_TOKEN as a bearer token.', {
        'www-authenticate': 'Bearer',
      });
    if (!(seconds >= 1 && seconds <= MAX_SECONDS))
      return refuse(response, 400, `seconds must be a number from 1 to ${MAX_SECONDS}.`);
    if (isBusy) return refuse(response, 409, 'Another profile is in progress. Try again later.');
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    isBusy = true;
    try {
      const taken = await profile(seconds * 1000, gone.signal);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(taken));
    } finally {
      isBusy = false;
    }
  };
}

/** Compares in constant time. */
function isShown(token: string, header = ''): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(`Bearer ${token}`), digest(header));
}

function refuse(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers })
    .end(`${text}\n`);
}

/** Microseconds between two stack samples. A thousand per second cost a busy process about 1 % of its time. */
const CPU_INTERVAL_US = 1000;
/** Average bytes between two sampled allocations. */
const HEAP_INTERVAL_BYTES = 8 * 1024;

/** CPU profile of this process in the format of `.cpuprofile` files. The signal ends it early. */
function profileCpu(ms: number, signal: AbortSignal): Promise<Profiler.Profile> {
  return withSession(async (session) => {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
    await session.post('Profiler.start');
    await waitFor(ms, signal);
    return (await session.post('Profiler.stop')).profile;
  });
}

/** Memory that this process allocates and keeps meanwhile, in the format of `.heapprofile` files. */
function profileHeap(ms: number, signal: AbortSignal): Promise<HeapProfiler.SamplingHeapProfile> {
  return withSession(async (session) => {
    await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES });
    await waitFor(ms, signal);
    return (await session.post('HeapProfiler.stopSampling')).profile;
  });
}

async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  try {
    return await work(session);
  } finally {
    session.disconnect();
  }
}

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
