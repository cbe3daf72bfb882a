/** When do thousands of event streams hear that a run ended? */
import { LOAD_METRICS } from '@aio/catalog/metrics/load-metrics';
import { k6Thresholds } from '@aio/slo/k6-thresholds';
import { SLOS } from '@aio/catalog/objectives/slos';
import { sleep } from 'k6';
import exec from 'k6/execution';
import { Rate, Trend } from 'k6/metrics';
import { send, sendAsync } from './kit/api.ts';
import { begin } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { loadOptions } from './kit/options.ts';
import { submit } from './kit/run.ts';
import { settings } from './kit/settings.ts';
import { LISTENED } from './kit/workflows.ts';

/** A virtual user opens many streams, as a proxy does. One virtual user per stream would need gigabytes. */
const STREAMS_A_USER = 50;
/** Many listeners per run, as if a team watched it. */
const LISTENERS_A_RUN = 20;
const LATE_MS = 60_000;
/** People perceive this as immediate. No objective covers it. */
const AT_ONCE_MS = 1000;

const eventDelay = new Trend(LOAD_METRICS.eventDelay, true);
const runFailed = new Rate(LOAD_METRICS.runFailed);

interface Followed extends Login {
  keys: string[];
  runs: string[];
}

// The runs only wait, so their steps have no threshold.
const { [LOAD_METRICS.queueTime]: _, ...thresholds } = k6Thresholds(SLOS);
const users = Math.ceil(settings.listeners / STREAMS_A_USER);

export const options = loadOptions(
  {
    listeners: {
      executor: 'per-vu-iterations',
      vus: users,
      iterations: 1,
      maxDuration: `${settings.seconds + LATE_MS / 1000}s`,
      exec: 'listen',
    },
    release: {
      executor: 'per-vu-iterations',
      vus: 1,
      iterations: 1,
      startTime: `${settings.seconds}s`,
      maxDuration: '60s',
      exec: 'release',
    },
  },
  { thresholds: { ...thresholds, [LOAD_METRICS.eventDelay]: [`p(99)<${AT_ONCE_MS}`] } },
);

export function setup(): Followed {
  const login = begin([LISTENED]);
  const count = Math.ceil(settings.listeners / LISTENERS_A_RUN);
  const keys = Array.from({ length: count }, (_, index) => `${Date.now()}-${index}`);
  const runs = keys.map((key) => submit(login, LISTENED.name, { key }));
  if (runs.includes(undefined)) throw new Error('the API did not accept every run');
  return { ...login, keys, runs: runs as string[] };
}

export async function listen(followed: Followed): Promise<void> {
  const first = (exec.vu.idInTest - 1) * STREAMS_A_USER;
  const streams = Array.from(
    { length: Math.min(STREAMS_A_USER, Math.max(0, settings.listeners - first)) },
    (_, index) => followed.runs[(first + index) % followed.runs.length] as string,
  );
  await Promise.all(streams.map((id) => listenTo(followed, id)));
}

async function listenTo(login: Login, id: string): Promise<void> {
  const timeout = `${settings.seconds * 1000 + LATE_MS}ms`;
  const call = { login, method: 'GET', route: 'runEvents', of: id, timeout } as const;
  const answer = await sendAsync(call);
  const heardAt = Date.now();
  const end = /^data: (.*"run\.succeeded".*)$/m.exec(String(answer.body))?.[1];
  runFailed.add(end === undefined);
  if (end !== undefined) eventDelay.add(Math.max(0, heardAt - endedAt(end)));
}

function endedAt(event: string): number {
  return Date.parse((JSON.parse(event) as { at: string }).at);
}

/** Ends one run after the other, so that the test measures more than one moment. */
export function release(followed: Followed): void {
  for (const key of followed.keys) {
    const body = { name: 'load.go', key, payload: null };
    send({ login: followed, method: 'POST', route: 'events', body });
    sleep(0.02);
  }
}
