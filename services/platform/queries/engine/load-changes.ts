import { KEPT_OUTPUT_CHARS } from '@aio/core/run/kept-outputs';
import type { Message } from '@aio/core/run/rows';
import type { EngineStorage, LaneStep, RunChanges } from '@aio/core/run/storage';
import type { Queryable } from '../../postgres/queryable.ts';

const MESSAGES_AT_ONCE = 200;

/**
 * Changes of runs from outside: messages in order, and attempts in lanes. It reads a run's counter before its
 * attempts, so that the counter never includes an unseen change.
 */
export async function loadChanges(
  db: Queryable,
  runs: Parameters<EngineStorage['loadChanges']>[0],
): Promise<RunChanges[]> {
  const messages = await db.query({
    name: 'load-messages',
    text: `
      select r.id as "runId", r.epoch, r.changes, m.id, m.type, m.step, m.iteration, m.attempt, m.body,
        m.output::text as output, m.traceparent, extract(epoch from m.sent_at)::float8 * 1000 as "sentAtMs"
      from (select distinct unnest($1::uuid[]) as id) w
        cross join lateral (select id, epoch, changes from runs where runs.id = w.id limit 1) r
        left join lateral (
          select * from run_messages m
          where m.run_id = r.id and m.id <> all ($2::bigint[])
          order by m.id limit ${MESSAGES_AT_ONCE}
        ) m on true
      order by r.id, m.id`,
    values: [runs.map(({ runId }) => runId), runs.flatMap(({ applied }) => applied)],
  });
  const laneSteps = Map.groupBy(
    await loadLaneSteps(
      db,
      runs.map(({ runId }) => runId),
    ),
    ({ runId }) => runId,
  );
  const byRun = Map.groupBy(messages.rows, ({ runId }) => runId as string);
  return [...byRun].map(([runId, rows]) => {
    const sent = rows.filter(({ id }) => id !== null);
    return {
      runId,
      epoch: Number(rows[0].epoch),
      changes: Number(rows[0].changes),
      messages: sent.map(toMessage),
      more: sent.length === MESSAGES_AT_ONCE,
      laneSteps: laneSteps.get(runId) ?? [],
    };
  });
}

function toMessage({ id, type, step, iteration, ...row }: Message): Message {
  const { attempt, body, output, traceparent, sentAtMs } = row;
  return { id: Number(id), type, step, iteration, attempt, body, output, traceparent, sentAtMs };
}

async function loadLaneSteps(db: Queryable, runIds: readonly string[]): Promise<LaneStep[]> {
  const { rows } = await db.query({
    name: 'load-lane-steps',
    text: `
      select run_id as "runId", step, iteration, attempt, worker_id as "workerId", span_id as "spanId",
        extract(epoch from started_at)::float8 * 1000 as "startedAtMs",
        extract(epoch from attempt_ended_at)::float8 * 1000 as "endedAtMs", result,
        length(output::text) as chars,
        case when length(output::text) <= ${KEPT_OUTPUT_CHARS} then output::text end as text
      from (select distinct unnest($1::uuid[]) as id) w cross join lateral (
        select * from steps where steps.run_id = w.id offset 0
      ) s
      where status = 'running' and lane <> 'default' and worker_id is not null`,
    values: [runIds],
  });
  return rows.map(({ endedAtMs: atMs, result, chars, text, ...row }) => {
    const value = text === null ? {} : { value: JSON.parse(text) as unknown };
    const output = chars === null ? null : { text: null, chars, ...value };
    const { startedAtMs } = row;
    return { ...row, ended: atMs === null ? null : { startedAtMs, atMs, result, output } };
  });
}
