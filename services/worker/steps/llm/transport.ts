import { type Dispatcher, fetch as undiciFetch, type RequestInit as UndiciInit } from 'undici';

export type Fetch = typeof globalThis.fetch;

/** The SDKs want a limit; the attempt's signal comes long before. */
export const SDK_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** `fetch` for the SDKs over the given connections: Node's own gives up after 300 s without headers. */
export function createFetch(agent: Dispatcher): Fetch {
  const fetch = (input: string, init?: UndiciInit) =>
    undiciFetch(input, { ...init, dispatcher: agent });
  // undici's types are a version ahead of Node's; the SDKs use what both have.
  return fetch as unknown as Fetch;
}
