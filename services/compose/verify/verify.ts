import { requireFreePorts } from '@aio/stack/ports';
import { StackError } from '@aio/stack/stack-error';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryCommands } from './checks/commands.ts';
import { type EndpointOptions, tryEndpoint } from './checks/otlp-endpoint.ts';
import { inspectImages } from './checks/own-images.ts';
import { tryProduct, tryUse } from './checks/try-product.ts';
import { clean } from './clean.ts';
import { type Clients, createClients, FILES, forgetBuildSettings, PROJECT } from './clients.ts';
import type { Docker } from '@aio/stack/without-images/docker';
import { type Engine, findCompose, findEngine } from '@aio/stack/without-images/engine/find-engine';
import {
  type ComposeConfig,
  CONFIG_ARGUMENTS,
  type Images,
  listImages,
  parseImage,
} from '@aio/stack/without-images/images/list-images';
import { provideImages } from '@aio/stack/without-images/images/stand-ins';
import { findPlace } from './place.ts';
import { createProject } from './project.ts';
import type { Report } from './report.ts';
import { findUnshifted, shiftedSettings } from './shifted.ts';

export interface VerifyOptions {
  /** Where the Compose files are. */
  root: string;
  /** Keeps programs and stand-ins between runs. */
  dataDir: string;
  /** For this verification only; needs some free gigabytes. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Pull the images of other projects first. */
  pull: boolean;
  signal: AbortSignal;
}

/** Objects to remove at the end. */
interface Made {
  /** AIO's images. */
  images: readonly string[];
}

/**
 * Starts the Compose files and checks them. Without an engine it skips that and only reads the files.
 * @throws StackError when interrupted
 */
export async function verify(report: Report, options: VerifyOptions): Promise<void> {
  const engine = await takeEngine(report, options);
  if (engine === undefined) return readFilesAlone(report, options);
  const settingsFile = join(options.folder, 'shifted.env');
  const clients = createClients(engine.env, {
    ...options,
    settingsFile,
    logDir: join(options.dataDir, 'logs/compose-verify'),
  });
  const made: Made = { images: [] };
  try {
    writeFileSync(
      settingsFile,
      shiftedSettings(readFileSync(join(options.root, '.env.example'), 'utf8')),
    );
    await Promise.race([tryFiles(report, clients, made, options), interruption(options.signal)]);
  } finally {
    await clients.settled();
    forgetBuildSettings(options.root);
    await report.cleanUp('down -v leaves nothing', () => clean(clients.closing, made.images));
    await report.cleanUp('the engine is as before', async () => {
      const left = await engine.stop();
      if (left.length === 0) return '';
      throw new StackError(`not removed: ${left.join(', ')}`);
    });
  }
}

async function takeEngine(report: Report, options: VerifyOptions): Promise<Engine | undefined> {
  try {
    const engine = await findEngine({ ...options, say: report.say });
    await report.step('an engine', async () => engine.title);
    return engine;
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof StackError)) throw error;
    const why = [error.message, ...error.details].join('; ');
    report.skip('steps that need an engine', why);
    return undefined;
  }
}

async function readFilesAlone(report: Report, options: VerifyOptions): Promise<void> {
  let program: string;
  try {
    program = await findCompose({ ...options, say: report.say });
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof StackError)) throw error;
    const why = ['Docker Compose 2 is missing', error.message, ...error.details].join('; ');
    report.skip('the files are valid', why);
    return;
  }
  await report.step('the files are valid', async () => {
    const files = FILES.flatMap((file) => ['--file', file]);
    const printed = execFileSync(program, [...files, ...CONFIG_ARGUMENTS], {
      cwd: options.root,
      env: { PATH: options.env.PATH, HOME: options.env.HOME, COMPOSE_DISABLE_ENV_FILE: 'true' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return describeFiles(JSON.parse(printed) as ComposeConfig);
  });
}

async function tryFiles(
  report: Report,
  clients: Clients,
  made: Made,
  options: VerifyOptions,
): Promise<void> {
  let config: ComposeConfig = { services: {} };
  const isRead = await report.step('the files are valid', async () => {
    config = JSON.parse(await clients.both.run('compose', ...CONFIG_ARGUMENTS));
    return describeFiles(config);
  });
  if (!isRead) return;
  const images = listImages(config);
  made.images = images.own;
  if (!(await report.step('the ports are free', () => requirePorts(config)))) return;
  const missing = await prepareImages(report, clients.both, { images, ...options });
  if (missing === undefined) return;

  const services = Object.entries(config.services);
  const hasImage = ([, { image }]: (typeof services)[number]) => !missing.includes(image);
  const leftOut = services.filter((service) => !hasImage(service)).map(([name]) => name);
  for (const name of leftOut)
    report.skip(
      name,
      `${config.services[name]?.image} is missing, and no package provides a stand-in`,
    );
  const lasting = services.filter(([, service]) => isLasting(service));
  const namesOf = (some: typeof services) => some.map(([name]) => name);
  const project = {
    name: PROJECT,
    place: findPlace(config),
    services: namesOf(lasting.filter(hasImage)),
    leftOut: namesOf(lasting.filter((service) => !hasImage(service))),
  };
  if (!(await tryCommands(report, createProject(clients.plain, project)))) return;
  const endpointOf = (files: 'plain' | 'both', leftOut: readonly string[]): EndpointOptions => ({
    root: options.root,
    projectWith: (apiKey) =>
      createProject(apiKey === null ? clients[files] : clients.withEndpoint(files, apiKey), {
        ...project,
        leftOut,
      }),
  });
  // Without an image of docker-compose.yml, the commands have failed.
  await tryEndpoint(report, endpointOf('plain', []));
  const both = createProject(clients.both, project);
  const trying = { root: options.root, own: images.own, load: !leftOut.includes('k6') };
  if (!(await tryUse(report, { ...trying, project: both }, 'both files'))) return;
  await tryProduct(report, {
    ...trying,
    project: both,
    endpoint: endpointOf('both', project.leftOut),
  });
  await clients.closing.run('compose', 'down', '--volumes');
  const isShifted = await report.step('settings change every port and the host', async () => {
    config = JSON.parse(await clients.shifted.run('compose', ...CONFIG_ARGUMENTS));
    const left = findUnshifted(config);
    if (left.length > 0) throw new StackError(left.join('\n'));
    return requirePorts(config);
  });
  if (!isShifted) return;
  const moved = createProject(clients.shifted, { ...project, place: findPlace(config) });
  await tryUse(report, { ...trying, project: moved }, 'moved');
}

/** @returns references without an image; undefined = a step failed */
async function prepareImages(
  report: Report,
  docker: Docker,
  { images, ...options }: VerifyOptions & { images: Images },
): Promise<readonly string[] | undefined> {
  let missing: readonly string[] = [];
  const areThere = await report.step('images of other projects', async () => {
    if (options.pull) {
      for (const image of images.others)
        await docker.work(`pull-${parseImage(image).name}`, ['pull', image]);
    }
    const provided = await provideImages(docker, images.others, { ...options, say: report.say });
    missing = provided.missing;
    const counts = `${provided.real.length} real, ${provided.made.length} stand-ins`;
    return { note: `${counts} (${provided.how})`, shown: provided.made };
  });
  if (!areThere) return undefined;
  const areBuilt = await report.step('docker compose build', async () => {
    await docker.work('build', ['compose', 'build']);
    return '';
  });
  if (!areBuilt) return undefined;
  await report.step('labels, user and contents of the images', async () => {
    const outcome = await inspectImages(docker, images.own);
    // So that `up` starts without images, as on a new machine.
    await docker.run('image', 'rm', ...images.own);
    return outcome;
  });
  return missing;
}

async function requirePorts({ services }: ComposeConfig): Promise<string> {
  const wanted = Object.entries(services).flatMap(([part, { ports = [] }]) =>
    ports.flatMap(({ published }) =>
      published === undefined ? [] : [{ part, port: Number(published) }],
    ),
  );
  await requireFreePorts(wanted);
  return wanted.map(({ port }) => port).join(', ');
}

function describeFiles(config: ComposeConfig): string {
  const { own, others } = listImages(config);
  const count = Object.keys(config.services).length;
  return `${count} services, ${own.length} images of AIO, ${others.length} of other projects`;
}

/** Services of a profile and those that end by themselves do not count. */
function isLasting({ restart, profiles = [] }: ComposeConfig['services'][string]): boolean {
  return restart !== 'no' && profiles.length === 0;
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}
