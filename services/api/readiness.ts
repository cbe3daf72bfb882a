import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { requireMigrated } from '@aio/platform/postgres/migrate';
import type { Pool } from '@aio/platform/postgres/pool';
import { requireStatementTimeout } from '@aio/platform/postgres/pooler';
import type { Probes } from '@aio/platform/probes';
import { requireSecretsKeys, type SecretsKeys } from '@aio/platform/secrets/keys';

const LOOK_AGAIN_MS = 1_000;

/** The answers of `/ready`: of the probes, unless the API is starting or stops. */
export interface ApiReadiness extends Pick<Probes, 'check' | 'requirable'> {
  /**
   * Checks the schema of the database, and that the API has the keys of all secrets. If the database
   * is down, it repeats the check in the background. Resolves after the first check.
   * @param onMismatch gets the error that says what to do
   */
  checkDatabase(onMismatch: (error: unknown) => void): Promise<void>;
  /** Makes `/ready` answer 503, so that balancers send requests elsewhere. */
  retire(): void;
  /** Ends the checks of the database. */
  close(): void;
}

export function createReadiness(deps: {
  pool: Pool;
  probes: Pick<Probes, 'check' | 'requirable'>;
  secretsKeys: SecretsKeys;
}): ApiReadiness {
  const { pool, probes, secretsKeys } = deps;
  const closing = new AbortController();
  let isRetired = false;
  /** Until `checkDatabase` has found the database, so that a rollout stops at a wrong DATABASE_URL. */
  let isStarting = false;

  async function checkDatabase(onMismatch: (error: unknown) => void): Promise<void> {
    try {
      await requireMigrated(pool);
      await requireStatementTimeout(pool);
      await requireSecretsKeys(pool, secretsKeys);
      isStarting = false;
    } catch (error) {
      if (closing.signal.aborted) return;
      if (!isUnavailable(error)) return onMismatch(error);
      isStarting = true;
      sleep(LOOK_AGAIN_MS, undefined, { signal: closing.signal }).then(
        () => checkDatabase(onMismatch),
        () => undefined,
      );
    }
  }

  return {
    requirable: probes.requirable,
    async check(required) {
      const found = await probes.check(required);
      const isOut = isRetired || (required === 'process' && isStarting);
      return isOut ? { ...found, status: 'unavailable' } : found;
    },
    checkDatabase,
    retire() {
      isRetired = true;
    },
    close: () => closing.abort(),
  };
}
