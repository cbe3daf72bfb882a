import { BOARDS, type BoardName } from '@aio/catalog/boards';

export interface Link {
  readonly title: string;
  readonly url: string;
  /** Whether the link opens a new tab. */
  readonly blank: boolean;
}

/** Jaeger's user interface. The variable holds its URL, see variables.ts. */
const JAEGER = '${jaeger}';

/** Link to another board that keeps time range and variables. */
export function toBoard(board: BoardName): Link {
  const { uid, title } = BOARDS[board];
  return { title, url: `/d/${uid}?\${__url_time_range}&\${__all_variables}`, blank: false };
}

/** Link from a point of a latency to the traces that took at least as long. */
export function tracesAsSlow(service: 'aio-api' | 'aio-worker'): Link {
  const query = `service=${service}&minDuration=\${__value.raw}s&lookback=custom`;
  const range = 'start=${__from}000&end=${__to}000';
  return { title: 'Traces this slow', url: `${JAEGER}/search?${query}&${range}`, blank: true };
}
