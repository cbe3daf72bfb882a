import { type Dispatcher, fetch as undiciFetch, type RequestInit as UndiciInit } from 'undici';

export type Fetch = typeof globalThis.fetch;

/** The SDKs require a limit. The attempt's signal ends a call much sooner. */
export const SDK_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** `fetch` for the SDKs over the given connections. Node's own gives up after 300 s without headers. */
export function createFetch(agent: Dispatcher): Fetch {
  const fetch = (input: string, init?: UndiciInit) =>
    undiciFetch(input, { ...init, dispatcher: agent });
  // undici's types are newer than Node's. The SDKs use only what both have.
  return fetch as unknown as Fetch;
}
