import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { profileCpu, profileHeap } from './profile.ts';

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
