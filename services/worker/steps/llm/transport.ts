import {
  type Dispatcher,
  fetch as undiciFetch,
  type RequestInit as UndiciInit,
  Response,
} from 'undici';
import { createEventLimit, limitsOf } from './event-limit.ts';

export type Fetch = typeof globalThis.fetch;

/** The SDKs require a limit. The attempt's signal ends a call much sooner. */
export const SDK_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/**
 * `fetch` for the SDKs over the given connections. Node's own gives up after 300 s without headers. A body beyond its
 * limit ends with `llm_answer_too_large`, and its connection closes.
 */
export function createFetch(agent: Dispatcher): Fetch {
  const fetch = async (input: string, init?: UndiciInit) => {
    const answer = await undiciFetch(input, { ...init, dispatcher: agent });
    if (answer.body === null) return answer;
    const { status, statusText, headers } = answer;
    const body = answer.body.pipeThrough(createEventLimit(limitsOf(answer)));
    return new Response(body, { status, statusText, headers });
  };
  // undici's types are newer than Node's. The SDKs use only what both have.
  return fetch as unknown as Fetch;
}
