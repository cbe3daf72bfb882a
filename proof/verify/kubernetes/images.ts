import { clean } from '../compose/clean.ts';
import { createClients } from '../compose/clients.ts';
import { CONFIG_ARGUMENTS, listImages } from '../compose/config.ts';
import { takeEngine } from '../compose/engine.ts';
import { StackError } from '@aio/tools/stack-error';
import { PAUSE_IMAGE } from '../without-images/cluster/node-files.ts';
import { join, resolve } from 'node:path';
import type { VerifyOptions } from './cluster.ts';

/** Tags of AIO's images: the first that runs, and a second of the same image, for the rolling update. */
export const [TAG, NEXT_TAG] = ['verify', 'verify-next'];

/**
 * Builds AIO's images with Compose. For nodes that cannot pull, it also gets those of the stores.
 * @param stores references of images of other projects, for nodes that cannot pull
 * @returns an archive of `docker save` with all of them
 * @throws StackError if this machine has no engine or cannot provide an image
 */
export async function buildImages(
  stores: readonly string[],
  { manifests, dataDir, scratch, env, say, signal }: VerifyOptions,
): Promise<string> {
  const root = resolve(manifests, '../..');
  const archive = join(scratch, 'images.tar');
  const folder = join(scratch, 'engine');
  const engine = await takeEngine({ root, dataDir, folder, env, say, signal });
  say(engine.title);
  const { both, closing, settled } = createClients(engine.env, {
    root,
    settingsFile: '/dev/null',
    logDir: join(dataDir, 'logs/kubernetes-verify'),
    signal,
  });
  const made: string[] = [];
  try {
    const { own, others } = listImages(JSON.parse(await both.run('compose', ...CONFIG_ARGUMENTS)));
    if (stores.length > 0) {
      const { missing } = await engine.provide(both, others);
      const lacking = stores.filter((store) => missing.includes(store));
      if (lacking.length > 0) throw new StackError(`no image of ${lacking.join(', ')}`);
    }
    say('building the images of AIO');
    await both.work('build', ['compose', 'build', 'api', 'frontend']);
    for (const image of own) {
      const next = image.replace(/[^:]+$/, NEXT_TAG);
      await both.run('tag', image, next);
      made.push(image, next);
    }
    if (stores.length > 0) {
      const file = `FROM ${own[0]}\nENTRYPOINT ["sleep", "infinity"]\n`;
      const { code, output } = await both.shell(`docker build --tag ${PAUSE_IMAGE} -`, {
        input: file,
      });
      if (code !== 0) throw new StackError(`cannot build ${PAUSE_IMAGE}`, { details: [output] });
      made.push(PAUSE_IMAGE);
    }
    say('saving the images');
    await both.work('save', ['save', '--output', archive, ...made, ...stores]);
    return archive;
  } finally {
    await settled();
    await clean(closing, made);
    await engine.stop();
  }
}
