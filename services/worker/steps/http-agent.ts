import { Agent } from 'undici';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connections of http and llm steps, kept alive between them. Whoever makes it closes it.
 * Headers and bodies have no time limit here: an attempt ends by its signal, and an LLM may think for
 * longer than undici's 300 s.
 */
export function createHttpAgent(): Agent {
  return new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
