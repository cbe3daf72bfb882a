import type { ApiClient, RunEvent } from '@aio/tools/system/client';
import { type Container, type Project, tryUntil } from '../project.ts';
import { createClient } from './product.ts';
import { queryValue, waitForAlert, waitForTargets } from './targets.ts';

const STREAMS_WITHIN_MS = 30_000;
/** The alert's rule counts workers that existed for two minutes. */
const COUNTED_WITHIN_MS = 4 * 60_000;
/** 15 s until the worker counts as silent, one scrape, and two minutes of the rule's `for`. */
const FIRES_WITHIN_MS = 6 * 60_000;
/** Prints the number of open event streams of the container's API. */
const COUNT_STREAMS = `fetch('http://127.0.0.1:9464/metrics').then((answer) => answer.text()).then((text) => {
  const lines = text.matchAll(/^aio_http_event_streams\\{.*\\} (\\d+)$/gm);
  console.log([...lines].reduce((sum, [, value]) => sum + Number(value), 0));
})`;

/**
 * Kills the API that sends an event stream and checks that the client, which connects through the proxy, continues at
 * another API and misses no event.
 */
export async function tryLostApi(project: Project): Promise<string> {
  const client = createClient(project.place);
  const { id } = await submitWaiting(client);
  const seen: RunEvent[] = [];
  const followed = follow(client, id, seen);
  const victim = await tryUntil('an API sends the stream', STREAMS_WITHIN_MS, () =>
    findStreaming(project),
  );
  await project.docker.run('kill', victim.Id);
  const next = await tryUntil('another API sends it', STREAMS_WITHIN_MS, () =>
    findStreaming(project),
  );
  for (const approval of await client.listPendingApprovals())
    if (approval.runId === id) await client.decide(approval.id, 'approved');
  await followed;
  const gaps = seen.filter(({ seq }, index) => seq !== index + 1);
  const last = seen.at(-1)?.type;
  if (gaps.length > 0 || last !== 'run.succeeded')
    throw new Error(`${seen.length} events, the last is ${last}, ${gaps.length} out of order`);
  return `${seen.length} events of one run, from ${victim.Name.slice(1)} and then ${next.Name.slice(1)}`;
}

/** Submits a run that waits for an approval. */
async function submitWaiting(client: ApiClient): Promise<{ id: string }> {
  const name = 'verify-replicas';
  await client.createWorkflow({
    name,
    steps: {
      ask: { type: 'approval', with: { message: 'Go on?' } },
      last: { type: 'transform', needs: ['ask'], with: { value: 1 } },
    },
  });
  const run = await client.submitRun(name);
  await tryUntil('the run waits for its approval', STREAMS_WITHIN_MS, async () => {
    const approvals = await client.listPendingApprovals();
    return approvals.find(({ runId }) => runId === run.id);
  });
  return run;
}

async function follow(client: ApiClient, runId: string, seen: RunEvent[]): Promise<void> {
  for await (const event of client.followRun(runId)) seen.push(event);
}

async function findStreaming(project: Project): Promise<Container | undefined> {
  for (const container of await project.containers('api')) {
    if (container.State.Status !== 'running') continue;
    const count = await project.docker.run('exec', container.Id, 'node', '-e', COUNT_STREAMS);
    if (Number(count) > 0) return container;
  }
  return undefined;
}

/**
 * Kills one of several workers for good and checks that TargetDown fires, although service discovery drops its target.
 */
export async function tryLostWorker(project: Project, workers: number): Promise<string> {
  const { place, docker } = project;
  const steady = 'min_over_time((count(up{job="worker"}))[2m:])';
  await tryUntil(`${workers} workers for two minutes`, COUNTED_WITHIN_MS, async () =>
    (await queryValue(place, steady)) === workers ? true : undefined,
  );
  const [victim] = await project.containers('worker');
  if (victim === undefined) throw new Error('no worker is running');
  // Docker does not restart a container after `docker kill`.
  await docker.run('kill', victim.Id);
  const targets = await waitForTargets(place, { worker: workers - 1 });
  const began = performance.now();
  const summary = await waitForAlert(place, {
    name: 'TargetDown',
    job: 'worker',
    withinMs: FIRES_WITHIN_MS,
  });
  const after = Math.round((performance.now() - began) / 1000);
  return `Prometheus has ${targets}; TargetDown after ${after} s: ${summary}`;
}
