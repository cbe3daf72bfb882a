import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dials, FaultKind } from './dials.ts';

/** A request to `/echo`. */
export interface Echoed {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

/** One request. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** JSON is parsed, other bodies are text; null = no body. */
  body: unknown;
  dials: Dials;
  fault: FaultKind | null;
  idempotencyKey: string | null;
  /** How often this request has arrived; 1 = the first time. */
  nth: number;
  /** Waits until this name is released. Rejects if the client leaves first. */
  hold(name: string): Promise<void>;
  /** Stores the request for `Simulator.echoed()`. */
  keep(echoed: Echoed): void;
  /** Aborts when the client leaves. */
  gone: AbortSignal;
}

export type Route = (call: Call) => Promise<void> | void;

export function sendJson(
  { response }: Pick<Call, 'response'>,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

/** Waits. Rejects with an AbortError if the client leaves first. */
export async function pause(call: Call, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: call.gone });
}

/** Sends the headers and half of a JSON answer, then breaks the connection. */
export function sendHalfJson({ response, request }: Call, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  });
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => request.socket.destroy());
}

export interface FaultStatus {
  status: number;
  message: string;
  headers: Record<string, string>;
}

/** The status for a fault; null = the fault breaks the answer in another way. */
export function faultStatus({ fault, dials }: Call, overloadedStatus: number): FaultStatus | null {
  switch (fault) {
    case 'rateLimit':
      return {
        status: 429,
        message: 'Rate limit reached for requests.',
        headers: {
          'retry-after': String(Math.ceil(dials.retryAfterMs / 1000)),
          'retry-after-ms': String(dials.retryAfterMs),
        },
      };
    case 'serverError':
      return { status: 500, message: 'The server had an error.', headers: {} };
    case 'overloaded':
      return { status: overloadedStatus, message: 'Overloaded.', headers: {} };
    default:
      return null;
  }
}
