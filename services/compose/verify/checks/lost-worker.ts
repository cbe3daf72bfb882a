import type { Project } from '../project.ts';
import { queryValue, waitForAlert, waitForTargets } from './targets.ts';
import { tryUntil } from './try-until.ts';

/** The alert's rule counts workers that existed for two minutes. */
const COUNTED_WITHIN_MS = 4 * 60_000;
/** 15 s until the worker counts as silent, one scrape, and two minutes of the rule's `for`. */
const FIRES_WITHIN_MS = 6 * 60_000;

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
