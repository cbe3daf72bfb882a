import { once } from 'node:events';
import type { Call } from '../call.ts';

const PIECE = Buffer.alloc(64 * 1024, 'x');

/** `GET /endless`: a body that continues until the client leaves. */
export async function answerEndlessly(call: Call): Promise<void> {
  const { response, gone } = call;
  response.writeHead(200, { 'content-type': 'text/plain' });
  while (!gone.aborted) {
    if (!response.write(PIECE)) await once(response, 'drain', { signal: gone });
  }
}
