import { clean } from '@aio/compose/verify/clean';
import { createClients, forgetBuildSettings } from '@aio/compose/verify/clients';
import { findEngine } from '@aio/stack/without-images/engine/find-engine';
import { CONFIG_ARGUMENTS, listImages } from '@aio/stack/without-images/images/list-images';
import { provideImages } from '@aio/stack/without-images/images/stand-ins';
import { StackError } from '@aio/stack/stack-error';
import { join } from 'node:path';
import type { ToolOptions } from '../tools.ts';
import { PAUSE_IMAGE } from './settings.ts';
import type { Node } from './start-node.ts';

export interface BuildOptions {
  /** Folder of the Compose files. */
  root: string;
  /** For the engine and the archive; needs some free gigabytes. */
  folder: string;
  tools: ToolOptions;
}

/** Kubernetes keeps a pod's network in a container that only sleeps. */
const pauseFile = (base: string) => `FROM ${base}\nENTRYPOINT ["sleep", "infinity"]\n`;

/**
 * Builds AIO's images with Compose, and provides images of the stores or stand-ins, as `npm run compose:verify` does.
 * @param stores references of images of other projects
 * @returns an archive of `docker save` with all of them
 * @throws StackError if this machine has no engine or cannot provide an image
 */
export async function buildImages(
  stores: readonly string[],
  { root, folder, tools }: BuildOptions,
): Promise<string> {
  const { dataDir, env, say, signal } = tools;
  const archive = join(folder, 'images.tar');
  const engine = await findEngine({ ...tools, folder: join(folder, 'engine') });
  const { both, closing, settled } = createClients(engine.env, {
    root,
    settingsFile: '/dev/null',
    logDir: join(dataDir, 'logs/kubernetes-verify'),
    signal,
  });
  let made: string[] = [];
  try {
    const images = listImages(JSON.parse(await both.run('compose', ...CONFIG_ARGUMENTS)));
    made = [...images.own, PAUSE_IMAGE];
    const provided = await provideImages(both, images.others, {
      dataDir,
      env,
      say,
      signal,
      folder,
    });
    const missing = stores.filter((store) => provided.missing.includes(store));
    if (missing.length > 0) throw new StackError(`no image or stand-in for ${missing.join(', ')}`);
    say('building the images of AIO');
    await both.work('build', ['compose', 'build', 'api', 'frontend']);
    const pause = await both.shell(`docker build --tag ${PAUSE_IMAGE} -`, {
      input: pauseFile(images.own[0] ?? ''),
    });
    if (pause.code !== 0)
      throw new StackError(`cannot build ${PAUSE_IMAGE}`, { details: [pause.output] });
    say('saving the images');
    await both.work('save', ['save', '--output', archive, ...made, ...stores]);
    return archive;
  } finally {
    await settled();
    forgetBuildSettings(root);
    await clean(closing, made);
    await engine.stop();
  }
}

/** Tag in the archive, and tag in overlays/try. */
const [BUILT_TAG, TRIED_TAG] = ['verify', 'development'];
/** A second tag of the same image, for the rolling update. */
export const NEXT_TAG = 'next';

/** Imports the images of an archive on a node, and tags AIO's. */
export async function putImages(node: Node, archive: string): Promise<void> {
  await node.ctr('importing the images', 'images', 'import', archive);
  for (const name of ['aio-backend', 'aio-frontend']) {
    const image = `docker.io/library/${name}`;
    for (const tag of [TRIED_TAG, NEXT_TAG])
      await node.ctr(
        'naming an image',
        'images',
        'tag',
        `${image}:${BUILT_TAG}`,
        `${image}:${tag}`,
      );
  }
}
