import { runCommand } from '../../command.ts';
import { findProgram } from '../servers/program.ts';
import { StackError } from '../../stack-error.ts';
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Docker } from '../docker.ts';
import { DEBOOTSTRAP } from '../engine/debian-programs.ts';
import type { GetOptions } from './npm-package.ts';

/** The release of the Node.js image. Its Java is that of the Keycloak image. */
const SUITE = 'trixie';
const MIRROR = 'http://deb.debian.org/debian';

/**
 * Makes an image of a minimal Debian, from the mirror that this machine uses.
 * @param options.folder temporary files
 * @throws StackError if this machine cannot make it
 */
export async function makeDebianImage(
  docker: Docker,
  reference: string,
  { folder, label, ...options }: GetOptions & { folder: string; label: string },
): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new StackError(
      'only root can make stand-ins; `npm run compose:verify -- --pull` pulls the real images',
    );
  const { dataDir, env, say, signal } = options;
  const searchPath = env.PATH ?? '';
  const program = await findProgram(DEBOOTSTRAP, { ...options, searchPath });
  const root = join(folder, 'debian');
  const mirror = findMirror(env);
  say(`making Debian ${SUITE} with debootstrap`);
  await runCommand({
    purpose: 'debootstrap',
    command: program.path,
    args: [
      '--variant=minbase',
      ...(mirror.startsWith('https:') ? ['--include=ca-certificates'] : []),
      SUITE,
      root,
      mirror,
    ],
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
  await docker.run('import', '--change', `LABEL ${label}=debian`, archive, reference);
  for (const path of [root, archive]) rmSync(path, { recursive: true, force: true });
}

/** Settings of this machine's apt (checks, retries, proxies) for the apt in an image. */
export function readAptSettings(env: NodeJS.ProcessEnv): string {
  const { stdout } = spawnSync('apt-config', ['dump'], { env, encoding: 'utf8' });
  const lines = (stdout ?? '').split('\n');
  return lines
    .filter((line) => /^Acquire::(Check-\S+|Retries|ForceIPv\d|https?::Proxy\S*) "/i.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

function findMirror(env: NodeJS.ProcessEnv): string {
  const format = '$(ORIGIN) $(CREATED_BY) $(SITE)';
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', format], {
    env,
    encoding: 'utf8',
  });
  const sites = (stdout ?? '')
    .split('\n')
    .flatMap((line) => /^Debian Packages (\S+)$/.exec(line)?.[1] ?? [])
    .filter((site) => !site.includes('security'));
  return sites[0] ?? MIRROR;
}
