import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { findOnPath } from '../process/find-on-path.ts';
import { findFreePort } from '../process/free-port.ts';
import { findJava } from '../servers/java.ts';
import { prepareKeycloak } from '../servers/keycloak.ts';
import { makeFolder } from '../process/make-folder.ts';
import type { Part } from '../process/process.ts';
import { StackError } from '../stack-error.ts';
import { type ProgressOptions, reportProgress } from '../process/report-progress.ts';

const VERSION = '26.7.4';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';

export const KEYCLOAK_TITLE = `Keycloak ${VERSION}`;

export interface GetOptions extends ProgressOptions {
  dataDir: string;
  /** `PATH`, `JAVA_HOME` and Maven's variables. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** Its folder in the data folder; undefined = not there. */
export function findKeycloak(dataDir: string): string | undefined {
  const folder = keycloakFolder(dataDir);
  return existsSync(folder) ? folder : undefined;
}

/**
 * Downloads Keycloak from the Maven registry of the user's settings, unpacks it into the data folder and starts it
 * once. This first start builds what later starts run.
 * @returns its folder
 * @throws StackError if Java or Maven is missing or fails
 */
export async function getKeycloak(options: GetOptions): Promise<string> {
  const { dataDir, env, onProgress } = options;
  const java = findJava(env);
  const mvn = findOnPath(['mvn'], env.PATH ?? '');
  if (typeof java === 'string') throw lacking(java);
  if (mvn === undefined) throw lacking('Maven is not installed');
  const home = keycloakFolder(dataDir);
  await makeFolder(home, {
    isThere: () => findKeycloak(dataDir) !== undefined,
    make: (unfinished) => make(mvn, unfinished, options),
    onWait: () => onProgress('waiting for another process that downloads it'),
  });
  return home;
}

function keycloakFolder(dataDir: string): string {
  return join(dataDir, 'servers', `keycloak-${VERSION}`);
}

async function make(mvn: string, into: string, options: GetOptions): Promise<void> {
  await unpack(mvn, into, options);
  const { dataDir, env, signal } = options;
  const logFile = join(dataDir, 'logs/keycloak-first-start.log');
  const onSpawn = (part: Part) => signal?.addEventListener('abort', () => void part.kill());
  const start = async () =>
    prepareKeycloak(into, { port: await findFreePort(), env, logFile, onSpawn });
  await reportProgress(options, () => 'first start, which builds what later starts run', start);
}

async function unpack(mvn: string, into: string, options: GetOptions): Promise<void> {
  const { dataDir, env, signal } = options;
  const logFile = join(dataDir, 'logs/maven-keycloak.log');
  // Outside of any project, so that no other pom.xml applies. The plugin leaves files where it runs.
  const cwd = join(into, 'maven');
  mkdirSync(cwd);
  const run = () =>
    runCommand({
      purpose: `downloading ${KEYCLOAK_TITLE}`,
      command: mvn,
      args: ['--batch-mode', UNPACK, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${cwd}`],
      env,
      cwd,
      logFile,
      signal,
    });
  await reportProgress(options, () => describeMavenLog(readFileSync(logFile, 'utf8')), run);
  const unpacked = join(cwd, `keycloak-${VERSION}`);
  for (const name of readdirSync(unpacked)) renameSync(join(unpacked, name), join(into, name));
  rmSync(cwd, { recursive: true });
}

/** Maven's progress, from its log, without the registry's address. */
export function describeMavenLog(text: string): string {
  const lines = text.split('\n');
  const begun = lines.filter((line) => line.includes('Downloading from '));
  const done = lines.filter((line) => line.includes('Downloaded from ')).length;
  const file = begun.at(-1)?.trim().split('/').at(-1);
  if (file === undefined) return 'Maven is running';
  return begun.length > done ? `downloading ${file}` : `${done} files downloaded`;
}

function lacking(what: string): StackError {
  return new StackError(
    `cannot install ${KEYCLOAK_TITLE}: ${what}; install Maven and Java 17 or later`,
  );
}
