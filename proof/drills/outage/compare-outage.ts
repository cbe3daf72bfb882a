import { PROXY_ERRORS } from '@aio/catalog/proxy-errors';
import { countOf } from '@aio/catalog/metrics/select';
import { recordedSlo } from '@aio/slo/slo-series';
import { StackError } from '@aio/tools/stack-error';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repeat } from '../../bed/loop.ts';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { waitUntil } from '@aio/tools/system/wait-until';
import { readHistory, WATCHDOG } from '../alerts/kit/history.ts';

export interface OutageOptions {
  /** The client's request, through what stands in front of the APIs. No other client may send requests. */
  ask(): Promise<Response>;
  /** Origin of a Prometheus with the shipped rules. */
  prometheusUrl: string;
  /** Begins the outage. @returns ends it */
  begin(): Promise<() => Promise<unknown>>;
  lastsMs: number;
  /** Must fire within five minutes of the beginning. */
  alert: string;
  say(line: string): void;
  /** Ends the outage early, and the comparison. */
  signal?: AbortSignal;
}

/** As long as a failover of a managed database. */
export const FAILOVER_MS = 75_000;

/** Settings of a Prometheus that measures as the shipped one. */
export const AS_SHIPPED = {
  ruleFiles: [join(PROJECT_ROOT, 'observability/config/prometheus/rules/*.yml')],
  scrapeIntervalMs: 15_000,
};

/** The shipped rules record one sample in this time. */
const RECORDED_EVERY_SECONDS = 15;
const ASK_EVERY_MS = 200;
/** Before and after the outage. */
const WELL_MS = 20_000;
const ALERT_WITHIN_MS = 300_000;
const QUIET_WITHIN_MS = 180_000;
/** A scrape, an evaluation, and the minute of a rate. */
const COUNTED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 1000;

const REQUESTS = countOf('httpResponses').promql;
const FAILED = countOf('httpResponses', { status: '5xx' }).promql;
const BAD_EVENTS = recordedSlo('badEvents', 'apiAvailability').promql;

/**
 * Lets a client send requests before, during and after an outage, and compares what it saw with the counters, the
 * objective of availability, and the alerts.
 * @returns lines for a report
 * @throws StackError if the counts differ or the alert does not fire
 */
export async function compareOutage(options: OutageOptions): Promise<readonly string[]> {
  const prometheus = createReader(options.prometheusUrl);
  const wait = createWait(options);
  await wait('no request for a minute', QUIET_WITHIN_MS, prometheus.isQuiet);
  const count = await prometheus.startCounting();
  const began = Date.now() + WELL_MS;
  const { requests, failed, unanswered } = await beClient(options);
  const isExact = async () => {
    const counted = await count();
    return counted.requests === requests && counted.failed === failed && counted.bad === failed;
  };
  const agree = await wait('equal counts', COUNTED_WITHIN_MS, isExact).catch(() => false);
  const counted = await count();
  const alerts = await untilFires(options, began);
  const details = [
    `client: ${requests} requests, ${failed} answered 5xx, ${unanswered} without an answer`,
    `metrics: ${counted.requests} requests, ${counted.failed} answered 5xx, ${counted.byProxy} of these by the proxy`,
    `objective of availability: ${counted.bad} bad events`,
    ...[...alerts].map(([name, ms]) => `${name} fired after ${(ms / 1000).toFixed(0)} s`),
  ];
  if (!agree || failed === 0 || unanswered > 0)
    throw new StackError('clients and metrics disagree', { details });
  if (!alerts.has(options.alert))
    throw new StackError(`${options.alert} did not fire`, { details });
  return details;
}

function createWait({ signal }: OutageOptions) {
  return (what: string, withinMs: number, look: () => Promise<boolean>) =>
    waitUntil(what, withinMs, look, LOOK_EVERY_MS, signal);
}

/** @returns what the client saw */
async function beClient({ ask, begin, lastsMs, say, signal }: OutageOptions) {
  const seen = { requests: 0, failed: 0, unanswered: 0 };
  const client = repeat(ASK_EVERY_MS, async () => {
    seen.requests += 1;
    const response = await ask().catch(() => null);
    await response?.body?.cancel();
    if (response === null) seen.unanswered += 1;
    else if (response.status >= 500) seen.failed += 1;
  });
  try {
    await sleep(WELL_MS, undefined, { signal });
    const end = await begin();
    say('the outage begins');
    await sleep(lastsMs, undefined, { signal }).finally(end);
    say('the outage is over');
    await sleep(WELL_MS, undefined, { signal });
  } finally {
    await client.stop();
  }
  return seen;
}

function createReader(prometheusUrl: string) {
  /** @throws Error without exactly one series */
  async function valueOf(promql: string): Promise<number> {
    const url = `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(promql)}`;
    const { data } = (await (await fetch(url)).json()) as {
      data: { result: { value: [at: number, value: string] }[] };
    };
    const [series, ...others] = data.result;
    if (series === undefined || others.length > 0) throw new Error(`not one value: ${promql}`);
    return Number(series.value[1]);
  }
  return {
    isQuiet: async () => (await valueOf(`sum(${REQUESTS} - ${REQUESTS} offset 1m)`)) === 0,
    /** @returns reads the events since now */
    async startCounting() {
      const since = Date.now();
      const [requestsBefore, failedBefore] = await readCounters();
      return async () => {
        const range = `${Math.ceil((Date.now() - since) / 1000)}s`;
        const recorded = async (series: string) => {
          const sum = await valueOf(`sum(sum_over_time(${series}[${range}])) or vector(0)`);
          return Math.round(sum * RECORDED_EVERY_SECONDS);
        };
        const [requests, failed] = await readCounters();
        const byProxy = await recorded(PROXY_ERRORS.promql);
        return {
          requests: requests - requestsBefore + byProxy,
          failed: failed - failedBefore + byProxy,
          byProxy,
          bad: await recorded(BAD_EVENTS),
        };
      };
    },
  };

  function readCounters(): Promise<[requests: number, failed: number]> {
    return Promise.all([valueOf(`sum(${REQUESTS})`), valueOf(`sum(${FAILED})`)]);
  }
}

/** Waits until the alert fires. @returns milliseconds from the beginning until each alert fired */
async function untilFires(options: OutageOptions, began: number) {
  const { prometheusUrl, alert } = options;
  const fired = new Map<string, number>();
  const look = async () => {
    for (const { state, at, ...one } of await readHistory(prometheusUrl, began)) {
      if (state !== 'firing' || one.alert === WATCHDOG || fired.has(one.alert)) continue;
      fired.set(one.alert, (at[0] as number) - began);
    }
    return fired.has(alert);
  };
  await createWait(options)(alert, ALERT_WITHIN_MS, look).catch(() => {});
  return fired;
}
