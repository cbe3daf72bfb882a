import type { Docker } from '@aio/tools/servers/docker';
import { requireFreePorts } from '@aio/tools/process/ports';
import { StackError } from '@aio/tools/stack-error';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryCommands } from './checks/commands.ts';
import { type EndpointOptions, tryEndpoint } from './checks/otlp-endpoint.ts';
import { inspectImages } from './checks/own-images.ts';
import { tryProduct, tryUse } from './checks/try-product.ts';
import { clean } from './clean.ts';
import { type Clients, createClients, PROJECT } from './clients.ts';
import {
  type ComposeConfig,
  CONFIG_ARGUMENTS,
  findPlace,
  findUnshifted,
  type Images,
  listImages,
  shiftedSettings,
} from './config.ts';
import { takeEngine } from './engine.ts';
import { createProject } from './project.ts';
import type { Report } from './report.ts';

export interface VerifyOptions {
  /** Where the Compose files are. */
  root: string;
  /** Keeps programs between runs. */
  dataDir: string;
  /** For this verification only; needs some free gigabytes. */
  folder: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Starts the Compose files on a Docker engine and checks them.
 * @throws StackError when interrupted, or without an engine
 */
export async function verify(report: Report, options: VerifyOptions): Promise<void> {
  const { root, dataDir, folder, signal } = options;
  const engine = await takeEngine({ ...options, say: report.say });
  await report.step('an engine', async () => engine.title);
  const settingsFile = join(folder, 'shifted.env');
  writeFileSync(settingsFile, shiftedSettings(readFileSync(join(root, '.env.example'), 'utf8')));
  const logDir = join(dataDir, 'logs/compose-verify');
  const clients = createClients(engine.env, { root, settingsFile, logDir, signal });
  let own: readonly string[] = [];
  const work = async () => {
    const config = await readFiles(report, clients.both);
    if (config === undefined) return;
    const images = listImages(config);
    own = images.own;
    const missing = await prepareImages(report, clients.both, images, (references) =>
      engine.provide(clients.both, references),
    );
    if (missing !== undefined) await tryFiles(report, clients, { config, own, missing, root });
  };
  try {
    await Promise.race([work(), interruption(signal)]);
  } finally {
    await clients.settled();
    await report.cleanUp('down -v leaves nothing', () => clean(clients.closing, own));
    await report.cleanUp('the engine is as before', async () => {
      const left = await engine.stop();
      if (left.length === 0) return '';
      throw new StackError(`not removed: ${left.join(', ')}`);
    });
  }
}

/** @returns the resolved files; undefined = a step failed */
async function readFiles(report: Report, docker: Docker): Promise<ComposeConfig | undefined> {
  let config: ComposeConfig = { services: {} };
  const isRead = await report.step('the files are valid', async () => {
    config = JSON.parse(await docker.run('compose', ...CONFIG_ARGUMENTS)) as ComposeConfig;
    const { own, others } = listImages(config);
    const count = Object.keys(config.services).length;
    return `${count} services, ${own.length} images of AIO, ${others.length} of other projects`;
  });
  if (!isRead) return undefined;
  const areFree = await report.step('the ports are free', () => requirePorts(config));
  return areFree ? config : undefined;
}

/** @returns references without an image; undefined = a step failed */
async function prepareImages(
  report: Report,
  docker: Docker,
  { own, others }: Images,
  provide: (references: readonly string[]) => Promise<{ note: string; missing: readonly string[] }>,
): Promise<readonly string[] | undefined> {
  let missing: readonly string[] = [];
  const areThere = await report.step('images of other projects', async () => {
    const provided = await provide(others);
    missing = provided.missing;
    return provided.note;
  });
  if (!areThere) return undefined;
  const areBuilt = await report.step('docker compose build', async () => {
    await docker.work('build', ['compose', 'build']);
    return '';
  });
  if (!areBuilt) return undefined;
  await report.step('labels, user and contents of the images', async () => {
    const outcome = await inspectImages(docker, own);
    // So that `up` starts without images, as on a new machine.
    await docker.run('image', 'rm', ...own);
    return outcome;
  });
  return missing;
}

interface FileOptions {
  config: ComposeConfig;
  own: readonly string[];
  missing: readonly string[];
  root: string;
}

async function tryFiles(
  report: Report,
  clients: Clients,
  { config, own, missing, root }: FileOptions,
): Promise<void> {
  const services = Object.entries(config.services);
  const hasImage = ([, { image }]: (typeof services)[number]) => !missing.includes(image);
  const lasting = services.filter(([, service]) => isLasting(service));
  const namesOf = (some: typeof services) => some.map(([name]) => name);
  const leftOut = namesOf(services.filter((service) => !hasImage(service)));
  for (const name of leftOut) report.skip(name, `${config.services[name]?.image} is missing`);
  const project = {
    name: PROJECT,
    place: findPlace(config),
    services: namesOf(lasting.filter(hasImage)),
    leftOut: namesOf(lasting.filter((service) => !hasImage(service))),
  };
  if (!(await tryCommands(report, createProject(clients.plain, project)))) return;
  const endpointOf = (files: 'plain' | 'both', leftOut: readonly string[]): EndpointOptions => ({
    root,
    projectWith: (apiKey) =>
      createProject(apiKey === null ? clients[files] : clients.withEndpoint(files, apiKey), {
        ...project,
        leftOut,
      }),
  });
  // Without an image of docker-compose.yml, the commands have failed.
  await tryEndpoint(report, endpointOf('plain', []));
  const both = createProject(clients.both, project);
  const trying = { root, own, load: !leftOut.includes('k6') };
  if (!(await tryUse(report, { ...trying, project: both }, 'both files'))) return;
  const endpoint = endpointOf('both', project.leftOut);
  await tryProduct(report, { ...trying, project: both, endpoint });
  await clients.closing.run('compose', 'down', '--volumes');
  let moved = config;
  const isShifted = await report.step('settings change every port and the host', async () => {
    moved = JSON.parse(await clients.shifted.run('compose', ...CONFIG_ARGUMENTS)) as ComposeConfig;
    const left = findUnshifted(moved);
    if (left.length > 0) throw new StackError(left.join('\n'));
    return requirePorts(moved);
  });
  if (!isShifted) return;
  const elsewhere = createProject(clients.shifted, { ...project, place: findPlace(moved) });
  await tryUse(report, { ...trying, project: elsewhere }, 'moved');
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

/** Services of a profile and those that end by themselves do not count. */
function isLasting({ restart, profiles = [] }: ComposeConfig['services'][string]): boolean {
  return restart !== 'no' && profiles.length === 0;
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}
