import type { Docker } from '@aio/tools/servers/docker';
import { StackError } from '@aio/tools/stack-error';
import { PROJECT } from './clients.ts';

/**
 * Removes everything of the project: containers, volumes, networks and AIO's images. If one removal fails, the others
 * still run.
 * @param own references of AIO's images
 * @throws StackError that names each failure and each leftover
 */
export async function clean(docker: Docker, own: readonly string[]): Promise<string> {
  const troubles: string[] = [];
  const attempt = async (...args: string[]) => {
    try {
      return (await docker.run(...args)).split('\n').filter(Boolean);
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      troubles.push(error.message, ...error.details);
      return [];
    }
  };
  await attempt('compose', 'down', '--volumes', '--remove-orphans', '--timeout', '10');
  for (const image of own)
    if (await docker.succeeds('image', 'inspect', image)) await attempt('image', 'rm', image);
  const ofProject = ['--quiet', '--filter', `label=com.docker.compose.project=${PROJECT}`];
  const left = [
    ...(await attempt('ps', '--all', ...ofProject)),
    ...(await attempt('volume', 'ls', ...ofProject)),
    ...(await attempt('network', 'ls', ...ofProject)),
  ];
  if (left.length > 0) troubles.push(`not removed: ${left.join(', ')}`);
  if (troubles.length === 0) return 'no container, volume, network or image of the project';
  const [first = '', ...details] = troubles;
  throw new StackError(first, { details });
}
