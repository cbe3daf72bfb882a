import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '@aio/tools/process/command';
import type { Docker } from '@aio/tools/servers/docker';
import { findProgram } from '@aio/tools/programs/program';
import type { ProgramOptions } from './go-programs.ts';

/** The release of the Node.js image. Its Java is that of the Keycloak image. */
const SUITE = 'trixie';
const MIRROR = 'http://deb.debian.org/debian';
const DEBOOTSTRAP = {
  names: ['debootstrap'],
  packages: ['debootstrap'],
  binary: '/usr/sbin/debootstrap',
  env: (root: string) => ({ DEBOOTSTRAP_DIR: join(root, 'usr/share/debootstrap') }),
};

/**
 * Makes an image of a minimal Debian, from the mirror that this machine uses.
 * @param options.folder temporary files
 * @throws StackError if this machine cannot make it
 */
export async function makeDebianImage(
  docker: Docker,
  reference: string,
  { folder, dataDir, env, say, signal }: ProgramOptions & { folder: string },
): Promise<void> {
  const searchPath = env.PATH ?? '';
  const program = await findProgram(DEBOOTSTRAP, { dataDir, searchPath, signal });
  const root = join(folder, 'debian');
  const mirror = findMirror(env);
  say(`making Debian ${SUITE} with debootstrap`);
  const certificates = mirror.startsWith('https:') ? ['--include=ca-certificates'] : [];
  await runCommand({
    purpose: 'debootstrap',
    command: program.path,
    args: ['--variant=minbase', ...certificates, SUITE, root, mirror],
    env: { LC_ALL: 'C', PATH: [searchPath, '/usr/sbin', '/sbin'].join(delimiter) },
    logFile: join(dataDir, 'logs/debootstrap.log'),
    signal,
  });
  writeFileSync(join(root, 'etc/apt/apt.conf.d/50machine'), readAptSettings(env));
  if (env.NODE_EXTRA_CA_CERTS)
    cpSync(env.NODE_EXTRA_CA_CERTS, join(root, 'etc/ssl/certs/ca-certificates.crt'));
  for (const path of ['var/lib/apt/lists', 'var/cache/apt/archives'])
    rmSync(join(root, path), { recursive: true, force: true });
  const archive = join(folder, 'debian.tar');
  await runCommand({
    purpose: 'tar',
    command: 'tar',
    args: ['-C', root, '--numeric-owner', '-cf', archive, '.'],
    env,
    logFile: join(dataDir, 'logs/debian-tar.log'),
    signal,
  });
  await docker.run('import', archive, reference);
  for (const path of [root, archive]) rmSync(path, { recursive: true, force: true });
}

/** Settings of this machine's apt (checks, retries, proxies) for the apt in an image. */
export function readAptSettings(env: NodeJS.ProcessEnv): string {
  const lines = ask('apt-config', ['dump'], env);
  return lines
    .filter((line) => /^Acquire::(Check-\S+|Retries|ForceIPv\d|https?::Proxy\S*) "/i.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

function findMirror(env: NodeJS.ProcessEnv): string {
  const format = '$(ORIGIN) $(CREATED_BY) $(SITE)';
  const sites = ask('apt-get', ['indextargets', '--format', format], env).flatMap(
    (line) => /^Debian Packages (\S+)$/.exec(line)?.[1] ?? [],
  );
  return sites.find((site) => !site.includes('security')) ?? MIRROR;
}

function ask(command: string, args: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const { stdout } = spawnSync(command, args, { env, encoding: 'utf8' });
  return (stdout ?? '').split('\n');
}
