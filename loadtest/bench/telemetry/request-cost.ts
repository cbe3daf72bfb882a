import { loadUrl } from '../measure/http-load.ts';
import { quantileOf } from '../../lib/quantile.ts';
import { type Bed, startMeter } from './bed.ts';

export const CONNECTIONS = 50;
const ROUND_MS = 2000;

export interface RequestRound {
  perSecond: number;
  /** Milliseconds. */
  p99: number;
  /** Microseconds of the API's CPU a request. */
  cpu: number;
  spans: number;
}

/** Loads the API of one system for two seconds. */
export async function measureRequests(bed: Bed): Promise<RequestRound> {
  const pid = bed.system.apis[0]?.pid as number;
  const authorization = `Bearer ${await bed.system.token()}`;
  const stopMeter = startMeter({ pid, drain: bed.drains.api });
  const { perSecond, requests, latencies } = await loadUrl(bed.url, {
    connections: CONNECTIONS,
    forMs: ROUND_MS,
    authorization,
  });
  const { cpuMs, spans } = await stopMeter();
  return {
    perSecond,
    p99: quantileOf(latencies, 0.99),
    cpu: (cpuMs * 1000) / requests,
    spans: spans / requests,
  };
}
