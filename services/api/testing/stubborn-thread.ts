/** A thread for `createDefinitionReader` that never finishes the text `endless` and dies of `fatal`. */

import { parentPort } from 'node:worker_threads';
import {
  read as readAtOnce,
  type ReadingTask,
  type ThreadAnswer,
} from '../routes/workflows/definition-thread.ts';
import { CHAIN } from './definitions.ts';

// The first definition takes long on a slow machine, longer than a deadline.
await readAtOnce({ id: 0, source: { text: JSON.stringify(CHAIN), mediaType: 'application/json' } });

export function read(task: ReadingTask): ThreadAnswer | Promise<never> {
  const { text } = task.source;
  if (text === 'fatal') return die();
  if (text !== 'endless') return readAtOnce(task);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(task.id);
  while (true);
}

/** Dies of an uncaught error, like a thread that runs out of memory. */
function die(): Promise<never> {
  setImmediate(() => {
    throw new Error('fatal');
  });
  return new Promise(() => {});
}
