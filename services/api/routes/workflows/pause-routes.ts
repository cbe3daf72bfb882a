import type { Static } from 'typebox';
import { AioError } from '@aio/core/errors';
import { writeAudit } from '@aio/platform/queries/audit-log';
import { getWorkflowVersion } from '@aio/platform/queries/workflows/get-workflow-version';
import { pauseWorkflow, resumeWorkflow } from '@aio/platform/queries/workflows/paused-workflows';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { inTransaction } from '@aio/platform/postgres/transaction';
import { PauseBody } from '../../http/common-schema.ts';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentWorkflow } from './present-workflow.ts';
import { WorkflowParams, WorkflowSchema } from './schema.ts';

export function pauseRoutes({ pool }: Pick<RouteDeps, 'pool'>): Route[] {
  const pause = defineRoute({
    id: 'pauseWorkflow',
    tag: 'workflows',
    summary: 'Pause a workflow',
    description:
      'The API accepts new runs, but workers do not start them. Started runs continue. If the workflow is already paused, nothing changes.',
    method: 'POST',
    path: '/api/v1/workflows/{name}/pause',
    params: WorkflowParams,
    body: jsonBody(PauseBody, { required: false }),
    responses: { 200: json('The workflow', WorkflowSchema) },
    async handler({ params: { name }, body: { reason = null }, actor }) {
      return inTransaction(pool, async (db) => {
        if (!(await pauseWorkflow(db, name, reason))) throw notFound(name);
        const target = `workflows/${name}`;
        await writeAudit(db, actor, { target, ...(reason !== null && { details: { reason } }) });
        return reply(200, await readWorkflow(db, name));
      });
    },
  });

  const resume = defineRoute({
    id: 'resumeWorkflow',
    tag: 'workflows',
    summary: 'Resume a workflow',
    description: 'Workers start the waiting runs within seconds.',
    method: 'POST',
    path: '/api/v1/workflows/{name}/resume',
    params: WorkflowParams,
    responses: { 200: json('The workflow', WorkflowSchema) },
    async handler({ params: { name }, actor }) {
      return inTransaction(pool, async (db) => {
        if (!(await resumeWorkflow(db, name))) throw notFound(name);
        await writeAudit(db, actor, { target: `workflows/${name}` });
        return reply(200, await readWorkflow(db, name));
      });
    },
  });

  return [pause, resume];
}

async function readWorkflow(db: Queryable, name: string): Promise<Static<typeof WorkflowSchema>> {
  const workflow = await getWorkflowVersion(db, { name, owner: null });
  return presentWorkflow(workflow!);
}

function notFound(name: string): AioError {
  return new AioError('not_found', `There is no workflow ${name}.`);
}
