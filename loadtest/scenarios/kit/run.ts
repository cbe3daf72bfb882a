import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { LOAD_METRICS } from '@aio/catalog/metrics/load-metrics';
import { Counter, Rate, Trend } from 'k6/metrics';
import { send } from './api.ts';
import type { Login } from './login.ts';

const runDuration = new Trend(LOAD_METRICS.runDuration, true);
const runFailed = new Rate(LOAD_METRICS.runFailed);
const steps = new Counter(LOAD_METRICS.steps);
const queueTime = new Trend(LOAD_METRICS.queueTime, true);
const execution = new Trend(LOAD_METRICS.execution, true);

/** How long a client waits for a run. */
const PATIENCE_MS = 120_000;
const LAST_EVENT = /event: ?run\.(succeeded|failed|cancelled)/;

/** The fields of a run that scenarios measure. */
interface EndedRun {
  status: string;
  stepsTotal: number;
  itemsTotal: number;
  queueTimeMs: number | null;
  steps: EndedStep[];
}

interface EndedStep {
  kind: string;
  needs: string[];
  attempts: { queueTimeMs: number | null; executionMs: number | null }[];
}

/** Tags of a run's figures, e.g. the workflow's name if a scenario has several. */
type Tags = Record<string, string>;

/** Submits a run, follows it to its end and reads it, as a client does. */
export function runToEnd(login: Login, workflow: string, input: unknown, tags: Tags = {}): void {
  const startedAt = Date.now();
  const id = submit(login, workflow, input);
  if (id === undefined || !follow(login, id, startedAt + PATIENCE_MS)) {
    runFailed.add(true, tags);
    return;
  }
  runDuration.add(Date.now() - startedAt, tags);
  const run = readRun(login, id);
  runFailed.add(run?.status !== 'succeeded', tags);
  if (run !== undefined) measureSteps(run, tags);
}

/** @returns the run's id; undefined = the API did not accept it */
export function submit(login: Login, workflow: string, input: unknown): string | undefined {
  const answer = send({ login, method: 'POST', route: 'submit', of: workflow, body: { input } });
  return answer.status === 202 ? (answer.json('id') as string) : undefined;
}

/** Follows the event stream and resumes it if it breaks. False = the API refused, or the run did not end in time. */
function follow(login: Login, id: string, deadlineMs: number): boolean {
  let seen = 0;
  while (Date.now() < deadlineMs) {
    const answer = send({
      login,
      method: 'GET',
      route: 'runEvents',
      of: id,
      query: `?lastEventId=${seen}`,
      timeout: `${Math.max(1000, deadlineMs - Date.now())}ms`,
    });
    if (answer.status === 204) return true;
    if (answer.status !== 200) return false;
    const text = String(answer.body);
    if (LAST_EVENT.test(text)) return true;
    seen = Number(/.*^id: ?(\d+)/ms.exec(text)?.[1] ?? seen);
  }
  return false;
}

function readRun(login: Login, id: string): EndedRun | undefined {
  const answer = send({ login, method: 'GET', route: 'run', of: id, query: '?outputs=false' });
  return answer.status === 200 ? (answer.json() as unknown as EndedRun) : undefined;
}

function measureSteps(run: EndedRun, tags: Tags): void {
  steps.add(run.stepsTotal + run.itemsTotal, tags);
  if (run.queueTimeMs !== null && !run.steps.some((step) => isInLane(step) && isFirst(step)))
    queueTime.add(run.queueTimeMs, { ...tags, kind: 'run' });
  for (const step of run.steps)
    for (const { queueTimeMs, executionMs } of step.attempts) {
      const labels = { ...tags, kind: step.kind };
      if (queueTimeMs !== null && isInLane(step)) queueTime.add(queueTimeMs, labels);
      if (executionMs !== null) execution.add(executionMs, labels);
    }
}

function isInLane({ kind }: EndedStep): boolean {
  return LANE_KINDS.some((lane) => lane === kind);
}

/** The queue time of a first step contains that of the run. */
function isFirst({ needs }: EndedStep): boolean {
  return needs.length === 0;
}
