import { AioError } from '@aio/core/errors';
import { loadSecrets } from '@aio/platform/queries/secrets';
import type { Queryable } from '@aio/platform/postgres/queryable';
import type { SecretsKeys } from '@aio/platform/secrets/keys';
import { type SealedSecret, unseal } from '@aio/platform/secrets/seal';
import { whileAway } from '../while-away.ts';

export interface SecretReader {
  /**
   * Reads current values of secrets by name. While the database is away, it retries as long as `isWanted` returns true.
   * @throws AioError `unknown_secret`, `secret_unreadable`
   */
  read(names: readonly string[], isWanted: () => boolean): Promise<Record<string, string>>;
}

/**
 * Reads secrets for each attempt and caches none, so no attempt uses a value that was replaced or deleted before it began.
 * Attempts that begin during a query share the next query.
 */
export function createSecretReader(deps: {
  db: Queryable;
  keys: SecretsKeys;
  onTrouble: (what: string, error: unknown) => void;
}): SecretReader {
  const { db, keys } = deps;
  let next: { names: Set<string>; rows: Promise<Map<string, SealedSecret>> } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function load(names: readonly string[]): Promise<Map<string, SealedSecret>> {
    if (!next) {
      const wanted = new Set<string>();
      const rows = last.then(() => {
        next = null;
        return loadAll([...wanted]);
      });
      next = { names: wanted, rows };
      last = rows.catch(() => undefined);
    }
    for (const name of names) next.names.add(name);
    return next.rows;
  }

  async function loadAll(names: readonly string[]): Promise<Map<string, SealedSecret>> {
    const rows = await loadSecrets(db, names);
    return new Map(rows.map((row) => [row.name, row]));
  }

  return {
    async read(names, isWanted) {
      const onOutage = (error: unknown) => deps.onTrouble('read secrets', error);
      const rows = await whileAway(() => load(names), { isWanted, onOutage });
      return Object.fromEntries(names.map((name) => [name, reveal(rows.get(name), name)]));
    },
  };

  function reveal(row: SealedSecret | undefined, name: string): string {
    if (row) return unseal(keys, row);
    throw new AioError(
      'unknown_secret',
      `Secret ${name} does not exist. Create it, then retry the run.`,
      {
        details: { secret: name },
      },
    );
  }
}
