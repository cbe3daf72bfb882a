import { AioError, ValidationError } from '@aio/core/errors';
import type { RunStatus } from '@aio/core/run/states';
import { type BulkAction, createBulkJob, getBulkJob } from '@aio/platform/queries/runs/bulk-jobs';
import { listRunIds } from '@aio/platform/queries/runs/list-runs';
import { traceparentOf } from '@aio/runtime/trace-context';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import { defineRoute, jsonBody, MB, type Route } from '../../http/define-route.ts';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { BulkBody, BulkJobSchema, BulkParams, MOST_BULK_RUNS } from './bulk-schema.ts';
import { readFilter } from './list-runs.ts';

/** With a filter, the job skips runs in other statuses. */
const STATUSES: Readonly<Record<BulkAction, readonly RunStatus[]>> = {
  cancel: ['queued', 'running', 'waiting'],
  retry: ['failed', 'cancelled'],
};

export function bulkRoutes({
  pool,
  bulkJobsPerOwner,
}: Pick<RouteDeps, 'pool' | 'bulkJobsPerOwner'>): Route[] {
  const start = defineRoute({
    id: 'startBulk',
    tag: 'runs',
    summary: 'Cancel or retry many runs',
    description:
      'Answers when the job is in the database, without runs that do not exist or belong to others (`notFound`). APIs work some runs at a time: those of admins first, then of each owner in turn, and cancellations before retries. Poll the job until `finished`.',
    method: 'POST',
    path: '/api/v1/bulk-jobs',
    body: jsonBody(BulkBody),
    responses: { 202: json('The job', BulkJobSchema, { Location: 'Path of the job' }) },
    async handler({ body: { action, ids, filter }, principal, actor, span }) {
      if ((ids === undefined) === (filter === undefined)) throw eitherOr();
      const onlyOwner = scopeOf(principal);
      const runIds =
        ids ??
        (await listRunIds(pool, {
          ...readFilter(filter!, principal),
          statuses: statusesOf(action, filter?.status),
          limit: MOST_BULK_RUNS,
        }));
      const id = await createBulkJob(
        pool,
        {
          action,
          owner: principal.subject,
          onlyOwner,
          actor,
          traceparent: traceparentOf(span),
          runIds: [...new Set(runIds)],
        },
        { mostOpen: bulkJobsPerOwner },
      );
      return reply(202, await requireJob(principal, id), { Location: `/api/v1/bulk-jobs/${id}` });
    },
  });

  const get = defineRoute({
    id: 'getBulk',
    tag: 'runs',
    summary: 'Get the progress of a bulk job',
    method: 'GET',
    atMost: { rows: 1000, bytes: MB },
    path: '/api/v1/bulk-jobs/{id}',
    params: BulkParams,
    responses: { 200: json('The job', BulkJobSchema) },
    handler: async ({ params, principal }) => reply(200, await requireJob(principal, params.id)),
  });

  async function requireJob(principal: Principal, id: string) {
    const job = await getBulkJob(pool, id, scopeOf(principal));
    if (job === null) throw new AioError('not_found', `There is no bulk job ${id}.`);
    const { createdAt, finishedAt, failures, ...rest } = job;
    return {
      ...rest,
      createdAt: isoTime(createdAt),
      finishedAt: isoTimeOrNull(finishedAt),
      finished: finishedAt !== null,
      failures: failures.map(({ runId, error: { code, message } }) => ({ runId, code, message })),
    };
  }

  return [start, get];
}

/** Statuses that the action is for and that the filter includes. */
function statusesOf(action: BulkAction, asked: readonly RunStatus[] | undefined): RunStatus[] {
  return STATUSES[action].filter((status) => asked === undefined || asked.includes(status));
}

function eitherOr(): ValidationError {
  return new ValidationError('The request does not say which runs.', [
    {
      pointer: '',
      rule: 'either_or',
      message: 'must have either `ids` or `filter`',
      hint: 'send one of them; an empty filter means all runs that you may see',
    },
  ]);
}
