import { setTimeout as sleep } from 'node:timers/promises';
import { describeFiring, describeResolved, type FiringAlert } from './message.ts';
import { readRouting, type Routing } from './routing.ts';

const LOOK_EVERY_MS = 1000;
/** Of Alertmanager, shortened: what fires together is one message. */
const GROUP_WAIT_MS = 3000;
/** What comes back within this time has not gone. */
const GROUP_INTERVAL_MS = 10_000;

interface Group {
  firstAt: number;
  lastAt: number;
  /** Alerts that somebody has been told of, by their labels. */
  readonly told: Set<string>;
  labels: FiringAlert['labels'];
}

export interface Pager {
  /** What has resolved is told first. */
  stop(): Promise<void>;
}

/**
 * Sends what Alertmanager would send by its shipped configuration: groups, inhibitions, what has
 * resolved. Alertmanager itself is not needed for it.
 * @param prometheus its URL
 */
export function startPager(prometheus: string, say: (lines: readonly string[]) => void): Pager {
  const stopping = new AbortController();
  const { signal } = stopping;
  const groups = new Map<string, Group>();
  const routing = readRouting();
  const beats = (async () => {
    while (!signal.aborted) {
      const firing = await readFiring(prometheus, routing).catch(() => null);
      if (firing) tell(firing, Date.now());
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  })();

  function tell(firing: readonly FiringAlert[], now: number): void {
    for (const [key, alerts] of Map.groupBy(firing, ({ labels }) => routing.groupKey(labels)))
      tellGroup(key, alerts, now);
    tellResolved(now - GROUP_INTERVAL_MS);
  }

  /** Of groups that have not fired since. */
  function tellResolved(since: number): void {
    for (const [key, { lastAt, told, labels }] of groups) {
      if (lastAt > since) continue;
      groups.delete(key);
      if (told.size > 0) say([describeResolved(labels)]);
    }
  }

  function tellGroup(key: string, alerts: readonly FiringAlert[], now: number): void {
    const { labels } = alerts[0]!;
    const group = groups.get(key) ?? { firstAt: now, lastAt: now, told: new Set(), labels };
    groups.set(key, group);
    group.lastAt = now;
    const ids = alerts.map((alert) => JSON.stringify(alert.labels));
    if (now - group.firstAt < GROUP_WAIT_MS || ids.every((id) => group.told.has(id))) return;
    ids.forEach((id) => group.told.add(id));
    say(describeFiring(alerts, prometheus));
  }

  return {
    async stop() {
      stopping.abort();
      await beats;
      const now = Date.now();
      const firing = await readFiring(prometheus, routing).catch(() => null);
      if (!firing) return;
      tell(firing, now);
      tellResolved(now - 1);
    },
  };
}

/** Those that somebody is to hear of. */
async function readFiring(prometheus: string, routing: Routing): Promise<FiringAlert[]> {
  const response = await fetch(`${prometheus}/api/v1/alerts`, {
    signal: AbortSignal.timeout(5000),
  });
  const { data } = (await response.json()) as {
    data: { alerts: (FiringAlert & { state: string })[] };
  };
  const firing = data.alerts.filter(({ state }) => state === 'firing');
  const all = firing.map(({ labels }) => labels);
  return firing.filter(
    ({ labels }) => labels['severity'] !== 'none' && !routing.isInhibited(labels, all),
  );
}
