import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@aio/platform/postgres/database-error';

const RETRY_MS = 250;

/** Repeats `ask` while it fails with an outage of the database (or by `isAway`), as long as `isWanted` returns true. */
export async function whileAway<Answer>(
  ask: () => Promise<Answer>,
  options: {
    isWanted?: () => boolean;
    isAway?: (error: unknown) => boolean;
    onOutage: (error: unknown) => void;
  },
): Promise<Answer> {
  const { isAway = isUnavailable } = options;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || options.isWanted?.() === false) throw error;
      options.onOutage(error);
      await sleep(RETRY_MS);
    }
  }
}
