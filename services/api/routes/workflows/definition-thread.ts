/** The code of the thread of `definition-reader.ts`. */

import { parentPort } from 'node:worker_threads';
import { AioError } from '@aio/core/errors';
import type { Source } from '../../http/define-route.ts';
import { readDefinition, type ReadDefinition } from './read-definition.ts';

export interface ReadingTask {
  id: number;
  source: Source;
}

/** Plain data, because an `AioError` loses its class between threads. */
export type ThreadAnswer = ReadDefinition | { refused: Refusal };

interface Refusal extends Pick<AioError, 'code' | 'message'> {
  details: Record<string, unknown>;
}

/** Posts the task's id when it starts, because the deadline counts from then. */
export function read({ id, source }: ReadingTask): ThreadAnswer {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(id);
  try {
    return readDefinition(source);
  } catch (error) {
    if (!(error instanceof AioError)) throw error;
    const { code, message, details } = error;
    return { refused: { code, message, details } };
  }
}
