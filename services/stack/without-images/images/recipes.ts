import { buildGoServer } from '../servers/build-go-server.ts';
import { getKeycloak } from '../servers/get-keycloak.ts';
import { GO_SERVERS } from '../servers/go-servers.ts';
import { findPostgresBinaries } from '../../postgres-binaries.ts';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseImage } from './list-images.ts';
import { type GetOptions, getNpmPackage } from './npm-package.ts';

/** A part of a stand-in that Debian does not package. */
export interface Ingredient {
  /** Path in the Dockerfile's folder. */
  name: string;
  /** File or folder on this machine. */
  path: string;
  version: string;
}

export interface Recipe {
  /** The image that it replaces, as the files name it. */
  reference: string;
  /** Folder of the Dockerfile. */
  folder: string;
}

const FOLDER = resolve(import.meta.dirname, '../stand-ins');
/** The version that Node.js 24.21 contains. */
const NPM_VERSION = '11.19.0';

/** @returns undefined = no stand-in exists */
export function findRecipe(reference: string): Recipe | undefined {
  const folder = join(FOLDER, parseImage(reference).name);
  return existsSync(join(folder, 'Dockerfile')) ? { reference, folder } : undefined;
}

/**
 * Gets the ingredients of a recipe from the data folder, npm, Maven or Go.
 * @throws StackError if this machine cannot get one
 */
export async function getIngredients(recipe: Recipe, options: GetOptions): Promise<Ingredient[]> {
  const { tag } = parseImage(recipe.reference);
  switch (basename(recipe.folder)) {
    case 'node':
      return getNode(/^[\d.]+/.exec(tag)?.[0] ?? tag, options);
    case 'postgres':
      return getPostgres();
    case 'keycloak':
      return getKeycloakParts(options);
    case 'k6':
      return getGoPrograms('k6', options);
    case 'jaeger':
    case 'opentelemetry-collector-contrib':
      return getGoPrograms('jaeger', options);
    case 'prometheus':
      return getGoPrograms('prometheus', options);
    default:
      return [];
  }
}

function getPostgres(): Ingredient[] {
  const { bin, version } = findPostgresBinaries(undefined, () => '');
  return [{ name: 'native', path: dirname(bin), version }];
}

async function getNode(version: string, options: GetOptions): Promise<Ingredient[]> {
  const node = await getNpmPackage(`node-linux-${process.arch}`, version, options);
  return [
    { name: 'node', path: join(node, 'bin/node'), version },
    {
      name: 'npm',
      path: await getNpmPackage('npm', NPM_VERSION, options),
      version: NPM_VERSION,
    },
  ];
}

/** Without `data`: the image must not contain the database of an earlier start. */
async function getKeycloakParts(options: GetOptions): Promise<Ingredient[]> {
  const { say: onProgress } = options;
  const home = await getKeycloak({ ...options, onProgress });
  return ['bin', 'conf', 'lib', 'providers', 'themes'].map((name) => ({
    name: join('keycloak', name),
    path: join(home, name),
    version: basename(home),
  }));
}

async function getGoPrograms(name: string, options: GetOptions): Promise<Ingredient[]> {
  const server = GO_SERVERS.find((one) => one.name === name);
  if (server === undefined) throw new Error(`go-servers.ts has no ${name}`);
  const { say: onProgress } = options;
  const programs = await buildGoServer(server, { ...options, onProgress });
  return programs.map((path) => ({ name: basename(path), path, version: server.version }));
}
