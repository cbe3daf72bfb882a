import { StackError } from '@aio/stack/stack-error';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from '@aio/stack/without-images/docker';
import type { Place } from './place.ts';
import type { Container } from './checks/containers.ts';

/** A Compose project under test. */
export interface Project {
  readonly name: string;
  readonly docker: Docker;
  readonly place: Place;
  /** Lasting services that have an image. */
  readonly services: readonly string[];
  /** Lasting services without an image; they are not started. */
  readonly leftOut: readonly string[];
  /** Runs `docker compose`. @returns standard output */
  compose(...args: string[]): Promise<string>;
  /** The same for a long command; `name` is that of its log. */
  work(name: string, ...args: string[]): Promise<void>;
  /** Containers of all services or of one, including those that have ended. */
  containers(service?: string): Promise<Container[]>;
  /** The last log lines of every container that failed or is not healthy. */
  describeTroubles(): Promise<string[]>;
  /**
   * Waits until all containers of a service are healthy and, with `since`, started after it.
   * @throws StackError after three minutes, with the last log lines
   */
  waitUntilHealthy(service: string, since?: string): Promise<Container[]>;
}

const HEALTHY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 500;
const LAST_LINES = 15;

export function createProject(
  docker: Docker,
  { name, place, services, leftOut }: Pick<Project, 'name' | 'place' | 'services' | 'leftOut'>,
): Project {
  const containers = async (service?: string): Promise<Container[]> => {
    const filters = [
      `label=com.docker.compose.project=${name}`,
      ...(service === undefined ? [] : [`label=com.docker.compose.service=${service}`]),
    ];
    const ids = await docker.run(
      'ps',
      '--all',
      '--quiet',
      ...filters.flatMap((one) => ['--filter', one]),
    );
    const list = ids.split('\n').filter(Boolean);
    return list.length === 0 ? [] : JSON.parse(await docker.run('inspect', ...list));
  };

  return {
    name,
    docker,
    place,
    services,
    leftOut,
    containers,
    compose: (...args) => docker.run('compose', ...args),
    work: (step, ...args) => docker.work(step, ['compose', ...args]),
    async describeTroubles() {
      const ill = (await containers()).filter((one) => !isHealthy(one, '') && !hasDone(one));
      const lines = await Promise.all(ill.map((one) => describe(docker, one)));
      return lines.flat();
    },
    async waitUntilHealthy(service, since = '') {
      const deadline = performance.now() + HEALTHY_WITHIN_MS;
      for (;;) {
        const found = await containers(service);
        if (found.length > 0 && found.every((one) => isHealthy(one, since))) return found;
        if (performance.now() > deadline) {
          const lines = await Promise.all(found.map((one) => describe(docker, one)));
          throw new StackError(`${service} is not healthy within ${HEALTHY_WITHIN_MS / 1000} s`, {
            details: lines.flat(),
          });
        }
        await sleep(LOOK_EVERY_MS);
      }
    },
  };
}

async function describe(docker: Docker, { Id, Name, State }: Container): Promise<string[]> {
  const { output } = await docker.shell(`docker logs --tail ${LAST_LINES} ${Id}`);
  const health = State.Health === undefined ? '' : `, ${State.Health.Status}`;
  return [
    `${Name.slice(1)}: ${State.Status} (${State.ExitCode})${health}`,
    ...output.trim().split('\n'),
  ];
}

function hasDone({ State }: Container): boolean {
  return State.Status === 'exited' && State.ExitCode === 0;
}

/** @param since ISO 8601; the container must have started later */
function isHealthy({ State }: Container, since: string): boolean {
  const status = State.Health?.Status ?? 'healthy';
  return State.Status === 'running' && status === 'healthy' && State.StartedAt > since;
}
