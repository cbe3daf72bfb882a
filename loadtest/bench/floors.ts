/** What the product promises of its speed. One list: the bench measures by it and prints it. */

interface Limit {
  name: string;
  unit: string;
  /** The measured value must be at least, or at most, this. */
  least?: number;
  most?: number;
}

export const FLOORS = {
  chainAgainstBullmq: { name: 'chain-50, steps/s against BullMQ flows', unit: 'x', least: 3 },
  chainAgainstDbos: { name: 'chain-50, steps/s against DBOS', unit: 'x', least: 15 },
  fanAgainstBullmq: { name: 'fan-1-100-1, steps/s against BullMQ flows', unit: 'x', least: 3 },
  fanAgainstDbos: { name: 'fan-1-100-1, steps/s against DBOS', unit: 'x', least: 25 },
  diamondAgainstBullmq: { name: 'diamond, steps/s against BullMQ flows', unit: 'x', least: 1.3 },
  diamondAgainstDbos: { name: 'diamond, steps/s against DBOS', unit: 'x', least: 8 },
  idleChainAgainstBullmq: { name: 'one idle chain-50, time against BullMQ', unit: 'x', most: 0.9 },
  idleFanAgainstBullmq: { name: 'one idle fan, time against BullMQ', unit: 'x', most: 0.35 },
  idleDiamondAgainstBullmq: { name: 'one idle diamond, time against BullMQ', unit: 'x', most: 0.9 },
  idleChainAgainstDbos: { name: 'one idle chain-50, time against DBOS', unit: 'x', most: 0.5 },
  idleFanAgainstDbos: { name: 'one idle fan, time against DBOS', unit: 'x', most: 0.5 },
  idleDiamondAgainstDbos: { name: 'one idle diamond, time against DBOS', unit: 'x', most: 0.5 },
  cpuAgainstBullmq: {
    name: 'worker CPU a step of chain-50, against BullMQ',
    unit: 'x',
    most: 0.5,
  },
  cpuAgainstDbos: { name: 'worker CPU a step of chain-50, against DBOS', unit: 'x', most: 0.15 },
  twoWorkersManyRuns: {
    name: 'two workers against one, steps of 20 ms, many runs',
    unit: 'x',
    least: 1.8,
  },
  twoWorkersWideRuns: {
    name: 'two workers against one, steps of 20 ms, one run of 1,000',
    unit: 'x',
    least: 1.8,
  },
  heapPerRun: { name: 'heap an active run, with 1,000 active', unit: 'kB', most: 20 },
  rss: { name: 'RSS of the worker with 1,000 active runs', unit: 'MB', most: 350 },
  largeRun: {
    name: 'a step of a 10,000-step run against one of a 100-step run',
    unit: 'x',
    most: 1.2,
  },
  metricsCpu: { name: 'CPU of metrics a step, in the worker', unit: 'µs', most: 2 },
  sampledCpu: { name: 'CPU of traces at 10 % a step, in the worker', unit: 'µs', most: 6 },
  spanCpu: { name: 'CPU of a span, all traced, in the worker', unit: 'µs', most: 18 },
  spansPerStep: { name: 'spans a no-op step', unit: '', most: 2 },
  spansDropped: { name: 'spans dropped', unit: '', most: 0 },
  requestsSampled: {
    name: 'one SELECT, traced at 10 %, requests/s against no telemetry',
    unit: 'x',
    least: 0.85,
  },
  requestsTraced: {
    name: 'one SELECT, all traced, requests/s against no telemetry',
    unit: 'x',
    least: 0.7,
  },
  requestsSampledAgainstStock: {
    name: 'one SELECT, traced at 10 %, requests/s against stock instrumentation',
    unit: 'x',
    least: 1.4,
  },
  requestsTracedAgainstStock: {
    name: 'one SELECT, all traced, requests/s against stock instrumentation',
    unit: 'x',
    least: 1.4,
  },
  scrapeMs: { name: '/metrics with 50 workflows, P95', unit: 'ms', most: 20 },
  scrapeSeries: { name: 'series of a process with 50 workflows', unit: '', most: 5000 },
  firstResult: { name: 'first result after npm start, warm data', unit: 's', most: 15 },
} as const satisfies Record<string, Limit>;

export type FloorKey = keyof typeof FLOORS;

/** What was measured, by floor. Parts that were not run leave theirs out. */
export type Measured = Partial<Record<FloorKey, number>>;

export interface Verdict {
  name: string;
  unit: string;
  measured: number;
  /** In words, e.g. `>= 3`. */
  limit: string;
  ok: boolean;
}

/** In the order of the list. A value that is no number is a miss. */
export function judge(measured: Measured): Verdict[] {
  return (Object.keys(FLOORS) as FloorKey[]).flatMap((key) => {
    const value = measured[key];
    if (value === undefined) return [];
    const { name, unit, least, most }: Limit = FLOORS[key];
    return [
      {
        name,
        unit,
        measured: value,
        limit: least === undefined ? `<= ${most}` : `>= ${least}`,
        ok: least === undefined ? value <= (most ?? Number.NaN) : value >= least,
      },
    ];
  });
}
