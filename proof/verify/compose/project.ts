import { waitUntil } from '@aio/tools/system/wait-until';
import type { Docker } from '@aio/tools/servers/docker';
import { StackError } from '@aio/tools/stack-error';
import type { Place } from './config.ts';

/** The part of `docker inspect` that the checks read. */
export interface Container {
  Id: string;
  /** The image's id. */
  Image: string;
  Name: string;
  Config: { Image: string; Labels: Readonly<Record<string, string>> };
  State: {
    Status: string;
    Pid: number;
    ExitCode: number;
    /** ISO 8601. */
    StartedAt: string;
    Health?: { Status: string };
  };
  RestartCount: number;
  HostConfig: { RestartPolicy: { Name: string } };
}

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
  /** Starts the services that have an image; `step` names the log. */
  up(step: string, ...more: string[]): Promise<void>;
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
    up(step, ...more) {
      // --pull=never: otherwise Compose pulls images even of services with scale 0.
      const args = ['--detach', '--wait', '--pull=never', ...scaleOf(leftOut), ...more];
      return docker.work(step, ['compose', 'up', ...args]);
    },
    async describeTroubles() {
      const ill = (await containers()).filter((one) => !isHealthy(one, '') && !hasDone(one));
      const lines = await Promise.all(ill.map((one) => describe(docker, one)));
      return lines.flat();
    },
    async waitUntilHealthy(service, since = '') {
      let found: Container[] = [];
      try {
        return await tryUntil(`${service} is healthy`, HEALTHY_WITHIN_MS, async () => {
          found = await containers(service);
          const isWell = found.length > 0 && found.every((one) => isHealthy(one, since));
          return isWell ? found : undefined;
        });
      } catch (error) {
        const lines = await Promise.all(found.map((one) => describe(docker, one)));
        throw new StackError(String(error), { cause: error, details: lines.flat() });
      }
    },
  };
}

/** Arguments for services without an image. */
export function scaleOf(leftOut: readonly string[]): string[] {
  return leftOut.flatMap((service) => ['--scale', `${service}=0`]);
}

/** `waitUntil` with longer pauses: each look starts a process or asks a service of a busy machine. */
export function tryUntil<Value>(what: string, withinMs: number, look: () => Promise<Value>) {
  return waitUntil<Value>(what, withinMs, look, LOOK_EVERY_MS);
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
