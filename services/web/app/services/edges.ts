import type { BoardUid } from '@aio/catalog/boards';
import type { EDGE_PANELS } from '../dashboards/panels.ts';

/** Calls from one service to another. */
export interface ServiceEdge {
  from: string;
  to: string;
  perSecond: number;
  /** Share of failed calls; null = not measured. */
  failed: number | null;
  /** Seconds; null = not measured, or no calls. */
  p95: number | null;
}

/** The values of the panels by series, `<caller> → <called>`. */
type Values = Readonly<Record<keyof typeof EDGE_PANELS, ReadonlyMap<string, number>>>;

/** One edge for each pair of services whose rate of calls is known. */
export function edgesOf({ calls, failed, p95 }: Values): ServiceEdge[] {
  return [...calls].flatMap(([name, perSecond]) => {
    const [from, to] = name.split(' → ');
    if (from === undefined || to === undefined) return [];
    return [{ from, to, perSecond, failed: failed.get(name) ?? null, p95: p95.get(name) ?? null }];
  });
}

/** From these shares of failed calls on, a service needs a look, and counts as failing. The panel has the same limits. */
const LOOK_FROM = 0.05;
const FAILING_FROM = 0.25;

export type Health = 'idle' | 'healthy' | 'look' | 'failing';

/** The health of calls: that of the worst. */
export function healthOf(calls: readonly Pick<ServiceEdge, 'perSecond' | 'failed'>[]): Health {
  if (!calls.some(({ perSecond }) => perSecond > 0)) return 'idle';
  const worst = Math.max(...calls.map(({ failed }) => failed ?? 0));
  if (worst >= FAILING_FROM) return 'failing';
  return worst >= LOOK_FROM ? 'look' : 'healthy';
}

const BOARD_OF: Readonly<Record<string, BoardUid>> = {
  clients: 'aio-overview',
  API: 'aio-api',
  PostgreSQL: 'aio-postgres',
  Redis: 'aio-redis',
  workers: 'aio-queue-workers',
  Keycloak: 'aio-api',
  'HTTP services': 'aio-steps',
};

/** The page of the board that shows a service. Services without a board of their own are providers of models. */
export function boardOf(service: string): string {
  return `/dashboards/${BOARD_OF[service] ?? 'aio-llm'}`;
}

/** The page of the runs whose traces show the calls of an edge. */
export function runsOf({ failed }: Pick<ServiceEdge, 'failed'>): string {
  return failed ? '/runs?status=failed&since=1h' : '/runs?since=1h';
}
