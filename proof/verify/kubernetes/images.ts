import { clean } from '../compose/clean.ts';
import { createClients } from '../compose/clients.ts';
import { CONFIG_ARGUMENTS, listImages } from '../compose/config.ts';
import { takeEngine } from '../compose/engine.ts';
import { join, resolve } from 'node:path';
import type { VerifyOptions } from './cluster.ts';

/** Tags of AIO's images: the first that runs, and a second of the same image, for the rolling update. */
export const [TAG, NEXT_TAG] = ['verify', 'verify-next'];

/**
 * Builds AIO's images with Compose.
 * @returns an archive of `docker save` with all of them
 * @throws StackError if this machine has no engine
 */
export async function buildImages(options: VerifyOptions): Promise<string> {
  const { manifests, dataDir, scratch, env, say, signal } = options;
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
    const { own } = listImages(JSON.parse(await both.run('compose', ...CONFIG_ARGUMENTS)));
    say('building the images of AIO');
    await both.work('build', ['compose', 'build', 'api', 'frontend']);
    for (const image of own) {
      const next = image.replace(/[^:]+$/, NEXT_TAG);
      await both.run('tag', image, next);
      made.push(image, next);
    }
    say('saving the images');
    await both.work('save', ['save', '--output', archive, ...made]);
    return archive;
  } finally {
    await settled();
    await clean(closing, made);
    await engine.stop();
  }
}
