import { StackError } from '@aio/stack/stack-error';
import { PROJECT } from './clients.ts';
import type { Docker } from '@aio/stack/without-images/docker';
import { STAND_IN } from '@aio/stack/without-images/images/stand-ins';

/**
 * Removes everything of the project: containers, volumes, networks, stand-ins with images built on them, and AIO's
 * images. If one removal fails, the others still run.
 * @param own references of AIO's images
 * @throws StackError that names each failure and each leftover
 */
export async function clean(docker: Docker, own: readonly string[]): Promise<string> {
  const troubles: string[] = [];
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      troubles.push(error.message, ...error.details);
    }
  };
  await attempt(() =>
    docker.run('compose', 'down', '--volumes', '--remove-orphans', '--timeout', '10'),
  );
  await attempt(() => removeImages(docker, own));
  const ofProject = ['--quiet', '--filter', `label=com.docker.compose.project=${PROJECT}`];
  await attempt(async () => {
    const left = [
      ...(await listLines(docker, 'ps', '--all', ...ofProject)),
      ...(await listLines(docker, 'volume', 'ls', ...ofProject)),
      ...(await listLines(docker, 'network', 'ls', ...ofProject)),
    ];
    if (left.length > 0) throw new StackError(`not removed: ${left.join(', ')}`);
  });
  if (troubles.length === 0) return 'no container, volume, network or image of the project';
  const [first = '', ...details] = troubles;
  throw new StackError(first, { details });
}

/** Finds stand-ins by their label, so that it also removes those of an interrupted build. */
async function removeImages(docker: Docker, own: readonly string[]): Promise<void> {
  const list = (...filters: string[]) =>
    listLines(
      docker,
      'image',
      'ls',
      '--format={{.Repository}}:{{.Tag}}',
      ...filters.flatMap((filter) => ['--filter', filter]),
    );
  const isStandIn = `label=${STAND_IN}`;
  const standIns = await list(isStandIn, 'dangling=false');
  const ours = own.length === 0 ? [] : await list(...own.map((image) => `reference=${image}`));
  const images = new Set([...standIns, ...ours]);
  // Docker continues after an image that it cannot remove.
  if (images.size > 0) await docker.run('image', 'rm', ...images);
  await docker.run('image', 'prune', '--force', '--filter', isStandIn);
}

async function listLines(docker: Docker, ...args: string[]): Promise<string[]> {
  return (await docker.run(...args)).split('\n').filter(Boolean);
}
