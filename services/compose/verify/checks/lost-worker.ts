import type { Project } from '../project.ts';
import { queryValue, waitForAlert, waitForTargets } from './targets.ts';
import { tryUntil } from './try-until.ts';

/** The rule counts workers that were there for two minutes. */
const COUNTED_WITHIN_MS = 4 * 60_000;
/** Silent for 15 s, seen at the next scrape, and so for two minutes. */
const FIRES_WITHIN_MS = 6 * 60_000;

/**
 * Kills one of several workers so that it stays dead: discovery drops its target, and the alert comes all the same, by
 * the scrape configuration and the rules that the files mount.
 */
export async function tryLostWorker(project: Project, workers: number): Promise<string> {
  const { place, docker } = project;
  const steady = 'min_over_time((count(up{job="worker"}))[2m:])';
  await tryUntil(`${workers} workers for two minutes`, COUNTED_WITHIN_MS, async () =>
    (await queryValue(place, steady)) === workers ? true : undefined,
  );
  const [victim] = await project.containers('worker');
  if (victim === undefined) throw new Error('there is no worker');
  // Docker's own kill: what somebody wanted is not restarted.
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
