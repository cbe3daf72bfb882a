import type { Queryable } from '../postgres/queryable.ts';
import type { SealedSecret } from '../secrets/seal.ts';

export interface SecretKeyUse {
  id: string;
  firstUsedAt: Date;
  /** Number of secrets that it encrypts now. */
  secrets: number;
}

/** Keys that encrypted secrets, the oldest first. */
export async function readSecretKeys(db: Queryable): Promise<SecretKeyUse[]> {
  const { rows } = await db.query({
    name: 'read-secret-keys',
    text: `
      select k.id, k.first_used_at as "firstUsedAt", count(s.id)::int as secrets
      from secret_keys k left join secrets s on s.key_id = k.id
      group by k.id order by k.first_used_at, k.id`,
  });
  return rows;
}

/** Repeating it changes nothing. */
export async function registerSecretKey(db: Queryable, id: string): Promise<void> {
  await db.query({
    name: 'register-secret-key',
    text: 'insert into secret_keys (id) values ($1) on conflict do nothing',
    values: [id],
  });
}

/** Locks and returns up to `limit` secrets that other keys encrypt. */
export async function lockSecretsOfOtherKeys(
  db: Queryable,
  keyId: string,
  limit: number,
): Promise<SealedSecret[]> {
  const { rows } = await db.query({
    name: 'lock-secrets-of-other-keys',
    text: `
      select name, key_id as "keyId", sealed from secrets where key_id <> $1
      order by name limit $2 for update`,
    values: [keyId, limit],
  });
  return rows;
}

/** Replaces the encrypted values by those of another key. */
export async function resealSecrets(
  db: Queryable,
  secrets: readonly SealedSecret[],
): Promise<void> {
  await db.query({
    name: 'reseal-secrets',
    text: `
      update secrets s set key_id = n.key_id, sealed = n.sealed
      from unnest($1::text[], $2::text[], $3::bytea[]) as n(name, key_id, sealed)
      where s.name = n.name`,
    values: [
      secrets.map(({ name }) => name),
      secrets.map(({ keyId }) => keyId),
      secrets.map(({ sealed }) => sealed),
    ],
  });
}

/** Deletes keys without secrets, except `keyId`. @returns their ids */
export async function forgetUnusedKeys(db: Queryable, keyId: string): Promise<string[]> {
  const { rows } = await db.query({
    name: 'forget-unused-keys',
    text: `
      delete from secret_keys k
      where id <> $1 and not exists (select from secrets where key_id = k.id)
      returning id`,
    values: [keyId],
  });
  return rows.map((row) => row.id);
}

/** Deletes the secrets of a lost key. @returns their names */
export async function deleteSecretsOfKey(db: Queryable, keyId: string): Promise<string[]> {
  const { rows } = await db.query({
    name: 'delete-secrets-of-key',
    text: 'delete from secrets where key_id = $1 returning name',
    values: [keyId],
  });
  return rows.map((row) => row.name).toSorted();
}
