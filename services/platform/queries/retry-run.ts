import { AioError } from '@aio/core/errors';
import type { Queryable } from '../queryable.ts';

export interface RetriedRun {
  runId: string;
  epoch: number;
  workflowName: string;
}

/**
 * Goes on from a finished run: a new run of the same version and input, linked to the first, in which
 * what succeeded is `reused` and everything else is executed anew. Of a map that failed, the items
 * that succeeded are reused too. The deadline starts again.
 * @throws AioError `not_found`, `run_not_finished` (also for a run that succeeded: nothing to retry)
 */
export async function retryRun(
  db: Queryable,
  retry: {
    runId: string;
    /** UUIDv7 of the new run. */
    newRunId: string;
    timeoutMs: number | null;
    traceparent: string | null;
    tracestate: string | null;
  },
): Promise<RetriedRun> {
  const { rows } = await db.query({
    name: 'retry-run',
    text: `
      with first as (
        select * from runs where id = $1 and status in ('failed', 'cancelled')
      ), reused as (
        select s.*, row_number() over (order by s.finished_seq, s.step, s.iteration) as n
        from steps s join first f on f.id = s.run_id
        where s.status = 'succeeded'
      ), counted as (
        -- The items of a map that starts again are counted when it is expanded.
        select count(*) + (
          select count(*) from reused item join reused map on map.step = item.step and map.iteration = -1
          where item.iteration >= 0
        ) as steps_total
        from first f join workflow_versions v on v.id = f.workflow_version_id,
          json_object_keys(v.definition -> 'steps')
      ), run as (
        insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, lane, input, retry_of,
                          traceparent, tracestate, deadline_at, steps_total, steps_done, event_seq)
        select $2, workflow_id, workflow_version_id, workflow_name, owner, lane, input, id, $3, $4,
               now() + $5 * interval '1 millisecond',
               (select steps_total from counted), (select count(*) from reused), 1 + (select count(*) from reused)
        from first
        returning id, epoch, workflow_name
      ), copied as (
        insert into steps (run_id, step, iteration, kind, lane, status, resolution, attempt, output,
                           ready_at, started_at, finished_at, finished_seq)
        select run.id, r.step, r.iteration, r.kind, r.lane, 'succeeded', 'reused', 0, r.output,
               null, null, now(), 1 + r.n
        from reused r, run
      )
      select id as "runId", epoch, workflow_name as "workflowName" from run`,
    values: [retry.runId, retry.newRunId, retry.traceparent, retry.tracestate, retry.timeoutMs],
  });
  if (rows[0]) return rows[0];
  const { rows: found } = await db.query({
    name: 'run-status',
    text: 'select status from runs where id = $1',
    values: [retry.runId],
  });
  const status = found[0]?.status;
  if (!status) throw new AioError('not_found', 'There is no such run.');
  throw new AioError(
    'run_not_finished',
    status === 'succeeded'
      ? 'The run succeeded: there is nothing to retry. Submit a new one.'
      : `The run is ${status}: it can be retried when it has failed or was cancelled.`,
    { details: { status } },
  );
}
