import { type HttpLoad, loadUrl } from '../measure/http-load.ts';
import { quantileOf } from '../../lib/quantile.ts';
import { type Bed, startMeter } from './bed.ts';

export const CONNECTIONS = 50;
const ROUND_MS = 2000;
/** Until then Node.js goes on compiling, and each request takes up to three times the CPU. */
const WARM_UP_MS = 20_000;

export interface RequestRound {
  perSecond: number;
  /** Milliseconds. */
  p99: number;
  /** Microseconds of the API's CPU a request. */
  cpu: number;
  spans: number;
}

export async function warmUpRequests(bed: Bed): Promise<void> {
  await load(bed, WARM_UP_MS);
}

/** Loads the API of one system for two seconds. */
export async function measureRequests(bed: Bed): Promise<RequestRound> {
  const pid = bed.system.apis[0]?.pid as number;
  const stopMeter = startMeter({ pid, drain: bed.drains.api });
  const { perSecond, requests, latencies } = await load(bed, ROUND_MS);
  const { cpuMs, spans } = await stopMeter();
  return {
    perSecond,
    p99: quantileOf(latencies, 0.99),
    cpu: (cpuMs * 1000) / requests,
    spans: spans / requests,
  };
}

async function load({ url, system }: Bed, forMs: number): Promise<HttpLoad> {
  const authorization = `Bearer ${await system.token()}`;
  return loadUrl(url, { connections: CONNECTIONS, forMs, authorization });
}
