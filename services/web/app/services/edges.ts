import type { QueryData } from '../../shared/api.ts';
import { type BoardUid, panelId } from '@aio/catalog/boards';
import { calculate } from '../dashboards/calcs.ts';
import { frameOf } from '../dashboards/series.ts';

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

const UID: BoardUid = 'aio-overview';
const panel = (title: string) => ({ uid: UID, id: panelId(UID, title) });

/** The panels whose series are called `<caller> → <called>`. */
export const EDGE_PANELS = {
  calls: panel('Calls between services'),
  failed: panel('Failed calls between services'),
  p95: panel('P95 between services'),
} as const;

type Answers = Readonly<Record<keyof typeof EDGE_PANELS, QueryData | null>>;

/** One edge for each pair of services whose rate of calls is known. */
export function edgesOf({ calls, failed, p95 }: Answers): ServiceEdge[] {
  const [failedBy, p95By] = [valuesOf(failed), valuesOf(p95)];
  return [...valuesOf(calls)].flatMap(([name, perSecond]) => {
    const [from, to] = name.split(' → ');
    if (from === undefined || to === undefined) return [];
    return [
      { from, to, perSecond, failed: failedBy.get(name) ?? null, p95: p95By.get(name) ?? null },
    ];
  });
}

function valuesOf(data: QueryData | null): Map<string, number> {
  const series = data === null ? [] : frameOf(data).series;
  return new Map(
    series.flatMap(({ name, values }) => {
      const value = calculate('lastNotNull', values);
      return value === null ? [] : [[name, value]];
    }),
  );
}
