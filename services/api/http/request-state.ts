import type { Span } from '@opentelemetry/api';
import { PROBES } from '@aio/catalog/labels';
import type { DefaultContext, Next, ParameterizedContext } from 'koa';
import type { Principal } from '../auth/principal.ts';

/** What middleware know of a request beyond HTTP. */
export interface RequestState {
  /** Template of the matched route; undefined = none matched. The only path that may be a label. */
  route?: string;
  /** When it came, by `performance.now()`. */
  startedAt: number;
  /** The server span; one that records nothing when the request is not traced. Probes have none. */
  span?: Span;
  /** Of the server span, sampled or not; null = the request is not traced. */
  traceId: string | null;
  /** Where the request comes from, as far as proxies are believed. */
  address: string;
  /** Whether a configured proxy handed it on. */
  isForwarded?: boolean;
  /** Who makes the request; undefined = nobody asked, since the route is open to all. */
  principal?: Principal;
  /** Whether their session has not been ended since; undefined = it cannot be. */
  isStillGood?: () => Promise<boolean>;
  /** What went wrong, after it was answered as a problem. */
  error?: unknown;
}

export type RequestContext = ParameterizedContext<RequestState, DefaultContext, unknown>;

export type Middleware = (ctx: RequestContext, next: Next) => Promise<void>;

/** As it was sent, also where the target is no URL: Koa's own throws then. */
export function pathOf({ url }: Pick<RequestContext, 'url'>): string {
  return url.split('?', 1)[0] ?? '';
}

const probes: ReadonlySet<string> = new Set(PROBES);

export function isProbe(path: string): boolean {
  return probes.has(path);
}
