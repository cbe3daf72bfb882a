import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@aio/platform/database-error';

const RETRY_MS = 250;

/** Asks the database again while it is away, for as long as the answer is wanted. */
export async function whileAway<Answer>(
  ask: () => Promise<Answer>,
  options: { isWanted?: () => boolean; onOutage: (error: unknown) => void },
): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnavailable(error) || options.isWanted?.() === false) throw error;
      options.onOutage(error);
      await sleep(RETRY_MS);
    }
  }
}
