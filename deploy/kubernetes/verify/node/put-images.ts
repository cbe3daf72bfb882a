import type { Node } from './start-node.ts';

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
