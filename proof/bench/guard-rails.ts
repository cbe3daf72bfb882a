interface GuardRail {
  name: string;
  unit: string;
  /** Lowest value that passes. */
  least?: number;
  /** Highest value that passes. */
  most?: number;
}

/** The speed that AIO promises. */
export const GUARD_RAILS = {
  chainAgainstBullmq: { name: 'chain-50, steps/s against BullMQ flows', unit: 'x', least: 5 },
  fanAgainstBullmq: { name: 'fan-1-100-1, steps/s against BullMQ flows', unit: 'x', least: 6 },
  diamondAgainstBullmq: { name: 'diamond, steps/s against BullMQ flows', unit: 'x', least: 1.3 },
  chainAgainstDbos: { name: 'chain-50, steps/s against DBOS', unit: 'x', least: 15 },
  fanAgainstDbos: { name: 'fan-1-100-1, steps/s against DBOS', unit: 'x', least: 20 },
  diamondAgainstDbos: { name: 'diamond, steps/s against DBOS', unit: 'x', least: 6 },
  cpuAgainstBullmq: { name: 'chain-50, worker CPU per step against BullMQ', unit: 'x', most: 0.4 },
  cpuAgainstDbos: { name: 'chain-50, worker CPU per step against DBOS', unit: 'x', most: 0.15 },
  idleChainAgainstBullmq: { name: 'one idle chain-50, time against BullMQ', unit: 'x', most: 0.5 },
  idleFanAgainstBullmq: { name: 'one idle fan, time against BullMQ', unit: 'x', most: 0.5 },
  idleDiamondAgainstBullmq: { name: 'one idle diamond, time against BullMQ', unit: 'x', most: 2.5 },
  idleChainAgainstDbos: { name: 'one idle chain-50, time against DBOS', unit: 'x', most: 0.3 },
  idleFanAgainstDbos: { name: 'one idle fan, time against DBOS', unit: 'x', most: 0.3 },
  idleDiamondAgainstDbos: { name: 'one idle diamond, time against DBOS', unit: 'x', most: 1 },
  fairRuns: { name: 'longest wait of a run behind 10,000 queued', unit: 's', most: 2 },
  fairSteps: { name: 'longest wait of an llm step behind 10,000', unit: 's', most: 2 },
  cancel: { name: 'longest time until a cancel aborts every call', unit: 's', most: 1 },
  heapPerRun: { name: 'heap per active run, with 1,000 active', unit: 'kB', most: 25 },
  metricsCpu: { name: 'CPU of metrics per step, in the worker', unit: 'µs', most: 10 },
  spanCpu: { name: 'CPU per sampled span, in the worker', unit: 'µs', most: 25 },
  requestsSampled: { name: 'API traced at 10 %, requests/s against none', unit: 'x', least: 0.8 },
  requestsTraced: { name: 'API all traced, requests/s against none', unit: 'x', least: 0.65 },
  requestsSampledAgainstStock: {
    name: 'API traced at 10 %, requests/s against stock',
    unit: 'x',
    least: 1.25,
  },
  requestsTracedAgainstStock: {
    name: 'API all traced, requests/s against stock',
    unit: 'x',
    least: 1.25,
  },
} as const satisfies Record<string, GuardRail>;

type Key = keyof typeof GUARD_RAILS;

/** Measured values by guard rail. Parts that did not run have no values. */
export type Measured = Partial<Record<Key, number>>;

export interface Verdict {
  name: string;
  unit: string;
  measured: number;
  /** For example `>= 3`. */
  limit: string;
  ok: boolean;
}

/** Keeps the order of GUARD_RAILS. NaN misses every limit. */
export function judge(measured: Measured): Verdict[] {
  return (Object.keys(GUARD_RAILS) as Key[]).flatMap((key) => {
    const value = measured[key];
    if (value === undefined) return [];
    const { name, unit, least, most = Number.NaN }: GuardRail = GUARD_RAILS[key];
    const [limit, ok] =
      least === undefined ? [`<= ${most}`, value <= most] : [`>= ${least}`, value >= least];
    return [{ name, unit, measured: value, limit, ok }];
  });
}
