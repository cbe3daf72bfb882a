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
