import { StackError } from '@aio/stack/stack-error';
import type { Project } from '../project.ts';
import type { Outcome, Report } from '../report.ts';

/** A command of the deployment reference, and what must hold after it. */
interface Command {
  /** As people type it. */
  line: string;
  /** It goes on until somebody presses Ctrl-C. */
  endless?: true;
  /** What somebody types, once it has begun. */
  input?: string;
  /** What it prints. */
  prints?: RegExp;
  /** @returns a note @throws when it has not done what it is for */
  check?: (project: Project) => Promise<string>;
}

/** Not a word of Compose's for images that it asks a registry for: others are there, ours are built. */
const WITHOUT_REGISTRY = /^(?![^]*(?:Pulling|pull access denied))/;
const WATCHED_MS = 4000;
const SHOWN_LINES = 8;
const LINE_LENGTH = 140;

/** In the order in which the reference has them: at first nothing is there. */
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
      if (volumes.length === 0) throw new StackError('the data are gone');
      return `no container is left, the data are: ${volumes.join(', ')}`;
    },
  },
  {
    line: 'docker compose down -v',
    check: async (project) => {
      const volumes = await listVolumes(project);
      if (volumes.length > 0) throw new StackError(`${volumes.join(', ')} are left`);
      return 'the data are gone';
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
        if (container.Image !== Image) throw new StackError(`${Name} has the image of before`);
        return Name.slice(1);
      });
      await project.waitUntilHealthy('api');
      return `of one image: ${names.sort().join(', ')}`;
    },
  },
  { line: 'docker compose exec api sh', input: 'id; ls\n', prints: /uid=1000/ },
  // As somebody types them whose shell has neither variable.
  { line: 'docker compose exec api psql $DATABASE_URL -c "SELECT 1"', prints: /\(1 row\)/ },
  { line: 'docker compose exec api redis-cli -u $REDIS_URL PING', prints: /PONG/ },
  // And where they are right.
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
 * Each command with what it printed, a step each. The project is docker-compose.yml alone.
 * @returns false = not even the first one works
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
  if (!prints.test(output)) throw new StackError(`did not print ${prints}`, { details });
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
