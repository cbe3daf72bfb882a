import { StackError } from '@aio/tools/stack-error';
import type { Project } from '../project.ts';
import type { Outcome, Report } from '../report.ts';

/** A command of the deployment reference, with its expected effect. */
interface Command {
  line: string;
  /** Runs until Ctrl-C. */
  endless?: true;
  /** Standard input. */
  input?: string;
  /** Must match the output. */
  prints?: RegExp;
  /** @returns a note @throws when the command had no effect */
  check?: (project: Project) => Promise<string>;
}

/** No message of Compose about pulling: the images exist or are built. */
const WITHOUT_REGISTRY = /^(?![^]*(?:Pulling|pull access denied))/;
const WATCHED_MS = 4000;
const SHOWN_LINES = 8;
const LINE_LENGTH = 140;

/** In the order of the reference, on a machine without containers and images. */
const COMMANDS: readonly Command[] = [
  { line: 'docker compose up -d', prints: WITHOUT_REGISTRY, check: everythingHealthy },
  { line: 'docker compose up -d --build', check: everythingHealthy },
  { line: 'docker compose logs -f api', endless: true, prints: /api-1 .*"msg":/ },
  { line: 'docker compose logs -f worker', endless: true, prints: /worker-1 .*"msg":/ },
  { line: 'docker compose logs -f frontend', endless: true, prints: /frontend-1 .*\S/ },
  {
    line: 'docker compose restart api',
    check: async (project) => {
      await project.waitUntilHealthy('api');
      return 'healthy again';
    },
  },
  {
    line: 'docker compose down',
    check: async (project) => {
      const volumes = await listVolumes(project);
      if (volumes.length === 0) throw new StackError('the volumes were deleted');
      return `kept: ${volumes.join(', ')}`;
    },
  },
  {
    line: 'docker compose down -v',
    check: async (project) => {
      const volumes = await listVolumes(project);
      if (volumes.length > 0) throw new StackError(`not deleted: ${volumes.join(', ')}`);
      return 'the volumes are deleted';
    },
  },
  {
    line: 'docker compose up -d --build api',
    check: async (project) => {
      await project.waitUntilHealthy('api');
      const services = (await project.containers()).map(
        ({ Config }) => Config.Labels['com.docker.compose.service'],
      );
      return `healthy, with ${services
        .filter((one) => one !== 'api')
        .sort()
        .join(', ')}`;
    },
  },
  {
    line: 'env AIO_REVISION=another docker compose up -d --build api',
    check: async (project) => {
      const { Image } = (await project.containers('api'))[0] ?? {};
      const own = (await project.containers()).filter(
        ({ Config, State }) =>
          Config.Image.startsWith('aio-backend:') && State.Status === 'running',
      );
      const names = own.map(({ Name, ...container }) => {
        if (container.Image !== Image)
          throw new StackError(
            `${Name} still runs the previous image: Compose did not recreate it`,
          );
        return Name.slice(1);
      });
      await project.waitUntilHealthy('api');
      return `same image: ${names.sort().join(', ')}`;
    },
  },
  { line: 'docker compose exec api sh', input: 'id; ls\n', prints: /uid=1000/ },
  // With a shell that has neither variable.
  { line: 'docker compose exec api psql $DATABASE_URL -c "SELECT 1"', prints: /\(1 row\)/ },
  { line: 'docker compose exec api redis-cli -u $REDIS_URL PING', prints: /PONG/ },
  { line: 'docker compose exec api redis-cli -n 1 --scan' },
  // With a shell that has both.
  {
    line: 'docker compose exec api psql postgresql://aio:aio_password@postgres/aio -c "SELECT 1"',
    prints: /\(1 row\)/,
  },
  { line: 'docker compose exec api redis-cli -u redis://redis:6379 PING', prints: /PONG/ },
  { line: 'docker compose exec api psql --version', prints: /PostgreSQL\) 1[6-9]/ },
  {
    line: 'docker compose exec api ls /etc/ssl/certs/ca-certificates.crt /usr/share/zoneinfo/Asia/Tokyo',
  },
  {
    line: 'docker compose run --rm --no-deps frontend ls /etc/ssl/certs/ca-certificates.crt /usr/share/zoneinfo/Asia/Tokyo',
  },
];

/**
 * Runs each command as a step and shows its output. The project is docker-compose.yml without the second file.
 * @returns false if the first command failed
 */
export async function tryCommands(report: Report, project: Project): Promise<boolean> {
  for (const [index, command] of COMMANDS.entries()) {
    const passed = await report.step(command.line, () => tryCommand(command, project));
    if (!passed && index === 0) return false;
  }
  return true;
}

async function tryCommand(command: Command, project: Project): Promise<Outcome> {
  const { line, endless, input, prints = /(?:)/, check } = command;
  const { code, output } = await project.docker.shell(line, {
    ...(endless && { forMs: WATCHED_MS }),
    ...(input !== undefined && { input }),
  });
  const details = lastLines(output);
  if (!endless && code !== 0) {
    const troubles = await project.describeTroubles();
    throw new StackError(`exit code ${code}`, { details: [...details, ...troubles] });
  }
  if (!prints.test(output))
    throw new StackError(`the output does not match ${prints}`, { details });
  const shown = details.map((text) => text.slice(0, LINE_LENGTH));
  return { note: (await check?.(project)) ?? '', shown };
}

async function everythingHealthy(project: Project): Promise<string> {
  const found = await project.containers();
  const services = found
    .filter(({ HostConfig }) => HostConfig.RestartPolicy.Name !== 'no')
    .map(({ Config }) => Config.Labels['com.docker.compose.service'] ?? '');
  for (const service of services) await project.waitUntilHealthy(service);
  return `${services.length} services are healthy`;
}

async function listVolumes({ docker, name }: Project): Promise<string[]> {
  const filter = `label=com.docker.compose.project=${name}`;
  const names = await docker.run('volume', 'ls', '--quiet', '--filter', filter);
  return names.split('\n').filter(Boolean);
}

function lastLines(output: string): string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  return lines.filter(Boolean).slice(-SHOWN_LINES);
}
