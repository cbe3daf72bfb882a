import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand } from '@aio/tools/process/command';
import type { Docker } from '@aio/tools/servers/docker';
import { makeFolder } from '@aio/tools/process/make-folder';
import { findPostgresBinaries } from '@aio/tools/programs/postgres-binaries';
import { buildGoServer } from '@aio/tools/programs/build-go-server';
import { getKeycloak } from '@aio/tools/programs/get-keycloak';
import { GO_SERVERS } from '@aio/tools/programs/go-servers';
import { makeDebianImage } from './debian-image.ts';
import type { ProgramOptions } from './go-programs.ts';

export type StandInOptions = ProgramOptions & {
  /** Temporary files. */
  folder: string;
};

export interface Provided {
  /** For the report. */
  note: string;
  /** References of images that are still missing. */
  missing: readonly string[];
}

interface Recipe {
  /** The image that it replaces, as the files name it. */
  reference: string;
  /** Folder of the Dockerfile. */
  folder: string;
  ingredients: readonly Ingredient[];
}

/** A part of a stand-in that Debian does not package. */
interface Ingredient {
  /** Path in the Dockerfile's folder. */
  name: string;
  /** File or folder on this machine. */
  path: string;
  version: string;
}

/** One folder per image, of the same name. */
const DOCKERFILES = join(import.meta.dirname, 'stand-ins');
const DEBIAN = 'aio-stand-in-debian';
/** The version that Node.js 24.21 contains. */
const NPM_VERSION = '11.19.0';

/**
 * Builds a stand-in for each image, under its name. Keeps them in the data folder for the next run.
 * @throws StackError if this machine cannot get an ingredient
 */
export async function provideStandIns(
  docker: Docker,
  references: readonly string[],
  options: StandInOptions,
): Promise<Provided> {
  const folderOf = (reference: string) => join(DOCKERFILES, nameOf(reference));
  const known = references.filter((reference) => existsSync(folderOf(reference)));
  const recipes: Recipe[] = [];
  for (const reference of known) {
    const ingredients = await getIngredients(reference, options);
    recipes.push({ reference, folder: folderOf(reference), ingredients });
  }
  const archive = join(options.dataDir, 'stand-ins', `${fingerprint(recipes)}.tar`);
  const isKept = existsSync(archive);
  if (isKept) {
    await docker.work('load', ['load', '--input', archive]);
  } else {
    await makeDebianImage(docker, DEBIAN, options);
    for (const recipe of recipes) await build(docker, recipe, options);
    await keep(docker, known, archive);
  }
  return {
    note: `${known.length} stand-ins, ${isKept ? 'from an earlier run' : 'just built'}`,
    missing: references.filter((reference) => !known.includes(reference)),
  };
}

/** `quay.io/keycloak/keycloak:26.7.4` -> `keycloak` */
function nameOf(reference: string): string {
  return (reference.split('/').at(-1) ?? '').replace(/[:@].*/, '');
}

/** Gets what the Dockerfile copies, from the data folder, npm, Maven or Go. */
async function getIngredients(reference: string, options: StandInOptions): Promise<Ingredient[]> {
  const { say: onProgress } = options;
  const fromGo = async (name: string): Promise<Ingredient[]> => {
    const server = GO_SERVERS.find((one) => one.name === name);
    if (server === undefined) throw new Error(`go-servers.ts has no ${name}`);
    const programs = await buildGoServer(server, { ...options, onProgress });
    return programs.map((path) => ({ name: basename(path), path, version: server.version }));
  };
  switch (nameOf(reference)) {
    case 'node': {
      const version = /:([\d.]+)/.exec(reference)?.[1] ?? '';
      const node = await getNpmPackage(`node-linux-${process.arch}`, version, options);
      const npm = await getNpmPackage('npm', NPM_VERSION, options);
      return [
        { name: 'node', path: join(node, 'bin/node'), version },
        { name: 'npm', path: npm, version: NPM_VERSION },
      ];
    }
    case 'postgres': {
      const { bin, version } = findPostgresBinaries(undefined, () => '');
      return [{ name: 'native', path: dirname(bin), version }];
    }
    case 'keycloak': {
      const home = await getKeycloak({ ...options, onProgress });
      // Without `data`, the database of an earlier start.
      const folders = ['bin', 'conf', 'lib', 'providers', 'themes'];
      return folders.map((name) => ({
        name: join('keycloak', name),
        path: join(home, name),
        version: basename(home),
      }));
    }
    case 'k6':
    case 'jaeger':
    case 'prometheus':
      return fromGo(nameOf(reference));
    case 'opentelemetry-collector-contrib':
      return fromGo('jaeger');
    default:
      return [];
  }
}

/** Installs an npm package that is not a dependency of the project, once. @returns its folder */
async function getNpmPackage(
  name: string,
  version: string,
  { dataDir, env, say, signal }: StandInOptions,
): Promise<string> {
  const home = join(dataDir, 'npm', `${name}-${version}`);
  const folder = join(home, 'node_modules', name);
  // Variables of the outer npm would make the inner one use its folder.
  const ofOuter = /^npm_(config_local_prefix|package_|lifecycle_)/;
  const inner = Object.fromEntries(Object.entries(env).filter(([key]) => !ofOuter.test(key)));
  await makeFolder(home, {
    isThere: () => existsSync(folder),
    onWait: () => say(`waiting for another process that installs ${name}`),
    async make(unfinished) {
      say(`installing ${name} ${version} from npm`);
      writeFileSync(join(unfinished, 'package.json'), '{ "private": true }\n');
      await runCommand({
        purpose: `npm install ${name}@${version}`,
        command: 'npm',
        args: ['install', '--no-save', '--ignore-scripts', '--no-audit', `${name}@${version}`],
        env: inner,
        cwd: unfinished,
        logFile: join(dataDir, `logs/npm-${name}.log`),
        signal,
      });
    },
  });
  return folder;
}

async function build(
  docker: Docker,
  { reference, folder, ingredients }: Recipe,
  { folder: scratch, say }: StandInOptions,
): Promise<void> {
  const name = basename(folder);
  say(`building a stand-in for ${reference}`);
  const context = join(scratch, `stand-in-${name}`);
  cpSync(folder, context, { recursive: true });
  for (const { name: target, path } of ingredients) {
    const options = { recursive: true, verbatimSymlinks: true };
    cpSync(realpathSync(path), join(context, target), options);
  }
  const args = ['--build-arg', `DEBIAN=${DEBIAN}`, '--tag', reference, context];
  await docker.work(`stand-in-${name}`, ['build', ...args]);
  rmSync(context, { recursive: true });
}

/** Keeps only the latest set. */
async function keep(docker: Docker, references: readonly string[], archive: string): Promise<void> {
  const unfinished = `${archive}.unfinished`;
  rmSync(dirname(archive), { recursive: true, force: true });
  mkdirSync(dirname(archive), { recursive: true });
  await docker.work('save', ['save', '--output', unfinished, ...references]);
  renameSync(unfinished, archive);
}

/** Depends on recipes, names and versions only. */
function fingerprint(recipes: readonly Recipe[]): string {
  const hash = createHash('sha256');
  for (const { reference, folder, ingredients } of recipes) {
    hash.update(`${reference}\n`);
    for (const file of readdirSync(folder).sort()) {
      const path = join(folder, file);
      hash.update(`${file} ${statSync(path).mode}\n`).update(readFileSync(path));
    }
    for (const { name, version } of ingredients) hash.update(`${name} ${version}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
