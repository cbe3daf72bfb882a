import type { Span } from '@opentelemetry/api';
import { PROBES } from '@aio/catalog/metrics/labels';
import type { DefaultContext, Next, ParameterizedContext } from 'koa';
import type { Principal } from '../auth/principal.ts';

/** State of a request, shared by the middleware. */
export interface RequestState {
  /** Template of the matched route; undefined = none. Metrics use it as label, never the path. */
  route?: string;
  /** Arrival, by `performance.now()`. */
  startedAt: number;
  /** The server span. It records nothing if the request is not traced. Probes have none. */
  span?: Span;
  /** Trace id of the server span, sampled or not; null = the request is not traced. */
  traceId: string | null;
  /** The client's address, read from `X-Forwarded-For` of trusted proxies. */
  address: string;
  /** Whether a trusted proxy forwarded the request. */
  isForwarded?: boolean;
  /** The caller; undefined = the route needs no login. */
  principal?: Principal;
  /** Whether the session still exists, with the same roles; undefined for tokens. */
  isStillGood?: () => Promise<boolean>;
  /** Calls `work` in this turn of the event loop if there is time, otherwise in a later one. */
  inTurn: <Result>(work: () => Result) => Promise<Result>;
  /** The error that was answered as problem details. */
  error?: unknown;
}

export type RequestContext = ParameterizedContext<RequestState, DefaultContext, unknown>;

export type Middleware = (ctx: RequestContext, next: Next) => Promise<void>;

/** The path as sent. Koa's `ctx.path` throws if the target is no URL. */
export function pathOf({ url }: Pick<RequestContext, 'url'>): string {
  return url.split('?', 1)[0] ?? '';
}

const probes: ReadonlySet<string> = new Set(PROBES);

export function isProbe(path: string): boolean {
  return probes.has(path);
}
