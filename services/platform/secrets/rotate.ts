import {
  forgetUnusedKeys,
  lockSecretsOfOtherKeys,
  readSecretKeys,
  registerSecretKey,
  resealSecrets,
} from '../queries/secret-keys.ts';
import type { Pool } from '../postgres/pool.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { SecretsKeys } from './keys.ts';
import { seal, unseal } from './seal.ts';

const BATCH = 100;

export interface Rotation {
  done: number;
  /** Ids of keys that no secret uses any more. */
  forgotten: string[];
}

/**
 * Encrypts every secret with the first key. You can interrupt and repeat it, and read and write secrets meanwhile.
 * @param onProgress called after each batch
 * @throws AioError `secret_unreadable` if a key is missing or a row was changed; finished batches stay
 */
export async function rotateSecrets(
  pool: Pool,
  keys: SecretsKeys,
  onProgress: (done: number, total: number) => void,
): Promise<Rotation> {
  const [key] = keys;
  await registerSecretKey(pool, key.id);
  const others = (await readSecretKeys(pool)).filter(({ id }) => id !== key.id);
  const total = others.reduce((sum, { secrets }) => sum + secrets, 0);
  let done = 0;
  for (;;) {
    const moved = await inTransaction(pool, async (db) => {
      const found = await lockSecretsOfOtherKeys(db, key.id, BATCH);
      const resealed = found.map((one) => seal(key, one.name, unseal(keys, one)));
      if (resealed.length > 0) await resealSecrets(db, resealed);
      return resealed.length;
    });
    if (moved === 0) break;
    done += moved;
    onProgress(done, Math.max(done, total));
  }
  return { done, forgotten: await forgetUnusedKeys(pool, key.id) };
}
