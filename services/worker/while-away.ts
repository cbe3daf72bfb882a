import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@aio/platform/postgres/database-error';

const RETRY_MS = 250;

/** Repeats `ask` while it fails with an outage of the database, as long as `isWanted` returns true. */
export async function whileAway<Answer>(
  ask: () => Promise<Answer>,
  options: {
    isWanted?: () => boolean;
    onOutage?: (error: unknown) => void;
  },
): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnavailable(error) || options.isWanted?.() === false) throw error;
      options.onOutage?.(error);
      await sleep(RETRY_MS);
    }
  }
}
