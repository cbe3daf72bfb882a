import type { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';

/** Remembers when steps were in the hands of a worker other than the holder of their run. */
export interface ChunkWatch {
  /** Whether any were at that moment, or a look before or after. */
  hadChunks(at: Date): boolean;
  stop(): Promise<void>;
}

const EVERY_MS = 25;

export function watchChunks(db: Pool): ChunkWatch {
  const looks: { at: number; chunks: number }[] = [];
  let watching = true;
  const watch = (async () => {
    while (watching) {
      const at = Date.now();
      // Meanwhile PostgreSQL may be away.
      const found = await db
        .query<{ chunks: number }>(
          'select count(*)::int as chunks from chunks where worker_id is not null',
        )
        .catch(() => null);
      looks.push({ at, chunks: found?.rows[0]?.chunks ?? 0 });
      await sleep(EVERY_MS);
    }
  })();
  return {
    hadChunks: (at) =>
      looks.some((look) => look.chunks > 0 && Math.abs(look.at - at.getTime()) <= 2 * EVERY_MS),
    async stop() {
      watching = false;
      await watch;
    },
  };
}
