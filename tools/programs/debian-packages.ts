import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { runCommand } from '../process/command.ts';
import { holdLock } from '../file-lock.mjs';
import { StackError } from '../stack-error.ts';

/** A program that Debian has as a package and npm does not. */
export interface DebianProgram {
  /** Its names on PATH. */
  names: readonly string[];
  packages: readonly string[];
  /** Its installed path. */
  binary: string;
  /** More variables that it needs at another path. */
  env?: (root: string) => Record<string, string>;
  /** Adds our own files to `home`, which will contain `root`. */
  prepare?: (home: string, root: string) => void;
}

const SYSTEM_LISTS = '/var/lib/apt/lists';
const LISTS_FRESH_MS = 60 * 60_000;

/**
 * Downloads a program and its missing dependencies, and unpacks them under `<dataDir>/debian/<package>`. It installs
 * nothing and needs no root.
 * @returns an executable that starts it with these libraries
 * @throws StackError that says what to install instead
 */
export async function unpackDebianProgram(
  program: DebianProgram,
  options: { dataDir: string; onUnpack?: () => void; signal?: AbortSignal },
): Promise<string> {
  const name = program.packages[0] as string;
  const launcher = launcherOf(program, options.dataDir);
  const home = dirname(launcher);
  if (existsSync(launcher)) return launcher;
  if (spawnSync('apt-get', ['--version']).status !== 0)
    throw missing(name, 'apt-get is not installed');
  // If two processes want the same program at once, one downloads it and the other finds it.
  mkdirSync(dirname(home), { recursive: true });
  const release = await holdLock(`${home}.lock`, () => {});
  try {
    if (!existsSync(launcher)) await getProgram(program, home, options);
  } finally {
    release();
  }
  return launcher;
}

/** The executable, once the program is unpacked. */
export function launcherOf({ packages: [name = ''] }: DebianProgram, dataDir: string): string {
  return join(dataDir, 'debian', name, name);
}

async function getProgram(
  program: DebianProgram,
  home: string,
  options: Options & { onUnpack?: () => void },
): Promise<void> {
  const name = basename(home);
  options.onUnpack?.();
  const unfinished = `${home}.unfinished-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    await download(program.packages, unfinished, options);
    await unpack(unfinished, options);
    mendLinks(join(unfinished, 'root'));
    const root = join(home, 'root');
    program.prepare?.(unfinished, root);
    writeFileSync(join(unfinished, name), launcherScript(program, root, join(unfinished, 'root')), {
      mode: 0o755,
    });
    rmSync(home, { recursive: true, force: true });
    renameSync(unfinished, home);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    throw missing(name, error.message, error.details);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function missing(name: string, why: string, details: readonly string[] = []): StackError {
  return new StackError(
    `${name} is not installed, and the download failed (${why}); install it with your package manager`,
    {
      details: details.slice(-5),
    },
  );
}

type Options = { dataDir: string; signal?: AbortSignal };

/** Tries the system's package lists first. If they are empty or too old, it downloads its own. */
async function download(
  packages: readonly string[],
  into: string,
  options: Options,
): Promise<void> {
  const own = join(options.dataDir, 'debian/lists');
  const listed = existsSync(SYSTEM_LISTS) && readdirSync(SYSTEM_LISTS).some(isPackageList);
  const install = ['install', '--download-only', '--yes', '--no-install-recommends', ...packages];
  if (listed) {
    try {
      return await aptGet(install, into, SYSTEM_LISTS, options);
    } catch (error) {
      if (!(error instanceof StackError) || options.signal?.aborted) throw error;
    }
  }
  await updateLists(own, into, options);
  await aptGet(install, into, own, options);
}

/** Several downloads run at once; one of them updates the lists for all. */
async function updateLists(own: string, into: string, options: Options): Promise<void> {
  mkdirSync(join(own, 'partial'), { recursive: true });
  const release = await holdLock(`${own}.lock`, () => {});
  try {
    const mark = join(own, 'updated');
    const age = existsSync(mark) ? Date.now() - statSync(mark).mtimeMs : Infinity;
    if (age < LISTS_FRESH_MS) return;
    await aptGet(['update'], into, own, options);
    writeFileSync(mark, '');
  } finally {
    release();
  }
}

function isPackageList(file: string): boolean {
  return file.includes('_Packages');
}

async function aptGet(
  args: readonly string[],
  into: string,
  lists: string,
  { dataDir, signal }: Options,
): Promise<void> {
  const archives = join(into, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const settings = [
    `Dir::Cache=${into}`,
    `Dir::Cache::archives=${archives}`,
    `Dir::State::lists=${lists}`,
    // We do not change the system, so we do not need its locks.
    'Debug::NoLocking=true',
    // apt's sandbox user may not read the folder.
    'APT::Sandbox::User=',
    'APT::Update::Post-Invoke-Success=',
  ];
  await runCommand({
    purpose: `apt-get ${args[0]}`,
    command: 'apt-get',
    args: [...settings.flatMap((setting) => ['-o', setting]), '-q', ...args],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    logFile: join(dataDir, `logs/apt-${args[0]}-${basename(into).split('.')[0]}.log`),
    signal,
  });
}

async function unpack(home: string, { dataDir, signal }: Options): Promise<void> {
  const archives = join(home, 'archives');
  for (const file of globSync('*.deb', { cwd: archives })) {
    await runCommand({
      purpose: `unpacking ${file}`,
      command: 'dpkg-deb',
      args: ['-x', join(archives, file), join(home, 'root')],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      logFile: join(dataDir, 'logs/dpkg.log'),
      signal,
    });
  }
  for (const file of readdirSync(home).filter((entry) => entry !== 'root')) {
    rmSync(join(home, file), { recursive: true, force: true });
  }
}

/**
 * Points broken links at the system's files: packages that the system has were not downloaded.
 * @param root an unpacked file system
 */
export function mendLinks(root: string): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const link = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink() || existsSync(link)) continue;
    const usual = resolve('/', relative(root, entry.parentPath), readlinkSync(link));
    if (!existsSync(usual)) continue;
    rmSync(link);
    symlinkSync(usual, link);
  }
}

/** A shell script, so that a test or a browser driver can start the program by its path alone. */
function launcherScript(program: DebianProgram, root: string, unpacked: string): string {
  const folders = new Set(
    globSync('{usr/,}lib/**/*.so*', { cwd: unpacked }).map((file) => join(root, file, '..')),
  );
  const env = { LD_LIBRARY_PATH: [...folders].join(':'), ...program.env?.(root) };
  const exports = Object.entries(env)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return `#!/bin/sh\n${exports.join('')}exec ${quote(join(root, relative('/', program.binary)))} "$@"\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
