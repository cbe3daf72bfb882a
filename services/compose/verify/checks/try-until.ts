import { waitUntil } from '@aio/loadtest/lib/wait-until';

/** Each look starts a process or asks a service of a busy machine. */
const LOOK_EVERY_MS = 500;

/** `waitUntil` with longer pauses. */
export function tryUntil<Value>(what: string, withinMs: number, look: () => Promise<Value>) {
  return waitUntil<Value>(what, withinMs, look, LOOK_EVERY_MS);
}
