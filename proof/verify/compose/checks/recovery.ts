import type { Run } from '@aio/tools/system/client';
import type { Place } from '../config.ts';
import { type Container, type Project, tryUntil } from '../project.ts';
import type { Report } from '../report.ts';
import {
  createClient,
  findTrace,
  logInByBrowser,
  submit,
  submitAgain,
  waitForSuccess,
} from './product.ts';

const BACK_WITHIN_MS = 60_000;
const LOGIN_WITHIN_MS = 60_000;

/** Checks of a service beyond the runs. */
const PURPOSES: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  frontend: logInAgain,
  keycloak: logInAgain,
  async jaeger(place) {
    const client = createClient(place);
    return findTrace(place, await waitForSuccess(client, (await submit(client)).id));
  },
};

/**
 * Restarts and kills each service. Checks that it recovers, that a run under way succeeds, and that a new run succeeds.
 * @param image an image with a shell
 */
export async function tryRecovery(report: Report, project: Project, image: string): Promise<void> {
  for (const service of project.services) {
    await report.step(`restart ${service}`, async () => {
      const underWay = await submit(createClient(project.place));
      const since = newestStart(await project.containers(service));
      await project.compose('restart', service);
      return recover(project, service, { since, underWay });
    });
    await report.step(`kill ${service}`, async () => {
      const underWay = await submit(createClient(project.place));
      const [container] = await project.containers(service);
      if (container === undefined) throw new Error(`${service} has no container`);
      await crash(project, container, image);
      await tryUntil(`Docker restarts ${service}`, BACK_WITHIN_MS, async () => {
        const again = (await project.containers(service)).find(({ Id }) => Id === container.Id);
        return again && again.RestartCount > container.RestartCount ? again : undefined;
      });
      return recover(project, service, { since: container.State.StartedAt, underWay });
    });
  }
}

/**
 * Kills a container's first process from outside, as the kernel does when memory is short. After `docker compose kill`
 * Docker would not restart the container.
 */
async function crash({ docker }: Project, { State }: Container, image: string): Promise<void> {
  const rights = ['--pid=host', '--user=0', '--network=none', '--entrypoint=sh'];
  await docker.run('run', '--rm', ...rights, image, '-c', `kill -9 ${State.Pid}`);
}

async function recover(
  project: Project,
  service: string,
  { since, underWay }: { since: string; underWay: Run },
): Promise<string> {
  const began = performance.now();
  await project.waitUntilHealthy(service, since);
  const healthyAfter = ((performance.now() - began) / 1000).toFixed(1);
  const next = await submitAgain(project.place);
  const [run] = await Promise.all(
    [underWay, next].map(({ id }) => waitForSuccess(createClient(project.place), id)),
  );
  await PURPOSES[service]?.(project.place);
  const took = ((run?.durationMs ?? 0) / 1000).toFixed(1);
  return `healthy after ${healthyAfter} s; the run under way succeeded in ${took} s, and a new one, too`;
}

function logInAgain(place: Place): Promise<string> {
  return tryUntil('a login in a browser', LOGIN_WITHIN_MS, () => logInByBrowser(place));
}

/** ISO 8601 sorts as text. */
function newestStart(containers: readonly Container[]): string {
  return (
    containers
      .map(({ State }) => State.StartedAt)
      .sort()
      .at(-1) ?? ''
  );
}
