import type { OutputRef } from '@aio/core/run/rows';
import type { RunStatus } from '@aio/core/run/states';
import type { StoredOutputs } from '../../outputs/stored-outputs.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { dayOfId } from '../id-times.ts';
import { requireEnded } from './successor-run.ts';

const COPIED_AT_ONCE = 16;

/**
 * Copies the stored outputs of an ended run to the day of its retry or replay, because objects are kept as long as
 * the runs of their day. Call it before the transaction that copies the rows, so that no lock waits for the store. It
 * ignores missing objects: the step that reads one reports it.
 * @param of.onlyOwner the subject that must own the run; null = any
 * @throws AioError `run_not_finished`, `output_store_away`
 */
export async function copyOutputs(
  db: Queryable,
  stored: Pick<StoredOutputs, 'copy'>,
  { runId, newId, onlyOwner }: { runId: string; newId: string; onlyOwner: string | null },
): Promise<void> {
  if (dayOfId(newId) === dayOfId(runId)) return;
  const { rows } = await db.query({
    name: 'find-output-refs',
    text: `
      select r.status, (
          select coalesce(json_agg(distinct s.output_ref::jsonb), '[]') from steps s
          where s.run_id = r.id and s.output_ref is not null
        ) as refs
      from runs r where r.id = $1 and ($2::text is null or r.owner = $2)`,
    values: [runId, onlyOwner],
  });
  if (!rows[0]) return;
  const { status, refs } = rows[0] as { status: RunStatus; refs: OutputRef[] };
  requireEnded(status);
  for (let from = 0; from < refs.length; from += COPIED_AT_ONCE)
    await Promise.all(refs.slice(from, from + COPIED_AT_ONCE).map(copy));

  async function copy(ref: OutputRef): Promise<void> {
    try {
      await stored.copy(ref, { from: runId, to: newId });
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'output_missing') throw error;
    }
  }
}
