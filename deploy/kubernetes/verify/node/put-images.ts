import type { Node } from './start-node.ts';

/** Of the archive, and what Kustomize calls it in overlays/try. */
const [BUILT_TAG, TRIED_TAG] = ['verify', 'development'];
/** The same image as a release of its own, to roll to. */
export const NEXT_TAG = 'next';

/** Puts the images of an archive on a node, ours by each name that is asked for. */
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
