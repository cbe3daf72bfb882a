import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../postgres/pool.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { SealedSecret } from '../secrets/seal.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { type AuditActor, writeAudit } from './audit-log.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from './page.ts';

/** A secret without its value. */
export interface SecretEntry {
  id: string;
  name: string;
  createdAt: Date;
  createdBy: string;
  /** When its value last changed. */
  updatedAt: Date;
  updatedBy: string;
}

const ENTRY = `id, name, created_at as "createdAt", created_by as "createdBy", updated_at as "updatedAt",
  updated_by as "updatedBy"`;

/** Creates a secret, or changes its value. */
export async function putSecret(
  pool: Pool,
  { name, keyId, sealed, by, audit }: SealedSecret & { by: string; audit?: AuditActor },
): Promise<SecretEntry & { created: boolean }> {
  return inTransaction(pool, async (db) => {
    const { rows } = await db.query({
      name: 'put-secret',
      text: `
        with key as (insert into secret_keys (id) values ($3) on conflict do nothing)
        insert into secrets (id, name, key_id, sealed, created_by, updated_by)
        values ($1, $2, $3, $4, $5, $5)
        on conflict (name) do update set
          key_id = excluded.key_id, sealed = excluded.sealed, updated_by = excluded.updated_by, updated_at = now()
        returning ${ENTRY}, id = $1 as created`,
      values: [uuidv7(), name, keyId, sealed, by],
    });
    const { created } = rows[0];
    if (audit) await writeAudit(db, audit, { target: targetOf(name), details: { created } });
    return rows[0];
  });
}

/** Newest first. */
export async function listSecrets(
  db: Queryable,
  { limit, cursor }: PageRequest,
): Promise<Page<SecretEntry>> {
  const { rows } = await db.query({
    name: 'list-secrets',
    text: `
      select ${ENTRY} from secrets
      where $1::uuid is null or id < $1
      order by id desc limit $2`,
    values: [parseIdCursor(cursor), limit + 1],
  });
  return toPage<SecretEntry>(rows, limit, (secret) => secret.id);
}

/** @returns false = there is no secret of this name */
export async function deleteSecret(
  pool: Pool,
  { name, audit }: { name: string; audit?: AuditActor },
): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query({
      name: 'delete-secret',
      text: 'delete from secrets where name = $1',
      values: [name],
    });
    if (audit && rowCount === 1) await writeAudit(db, audit, { target: targetOf(name) });
    return rowCount === 1;
  });
}

function targetOf(name: string): string {
  return `secrets/${name}`;
}

/** The existing secrets among these names. */
export async function loadSecrets(
  db: Queryable,
  names: readonly string[],
): Promise<SealedSecret[]> {
  const { rows } = await db.query({
    name: 'load-secrets',
    text: 'select name, key_id as "keyId", sealed from secrets where name = any($1)',
    values: [names],
  });
  return rows;
}
