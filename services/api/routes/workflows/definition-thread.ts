/** What the thread of `definition-reader.ts` runs. */

import { parentPort } from 'node:worker_threads';
import { AioError } from '@aio/core/errors';
import type { Source } from '../../http/define-route.ts';
import { readDefinition, type ReadDefinition } from './read-definition.ts';

export interface ReadingTask {
  id: number;
  source: Source;
}

/** Plain data: an `AioError` does not stay one on its way between threads. */
export type ThreadAnswer = ReadDefinition | { refused: Refusal };

interface Refusal extends Pick<AioError, 'code' | 'message'> {
  details: Record<string, unknown>;
}

/** Tells the task's id when it begins, for the deadline counts from then, and reads the definition. */
export default function read({ id, source }: ReadingTask): ThreadAnswer {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has none
  parentPort?.postMessage(id);
  try {
    return readDefinition(source);
  } catch (error) {
    if (!(error instanceof AioError)) throw error;
    const { code, message, details } = error;
    return { refused: { code, message, details } };
  }
}
