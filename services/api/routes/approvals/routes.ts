import type { Static } from 'typebox';
import { AioError } from '@aio/core/errors';
import { getApproval, listApprovals, type Approval } from '@aio/platform/queries/list-approvals';
import { decideApproval } from '@aio/platform/queries/decide-approval';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { itemOrNull } from '../../http/item.ts';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import { OWNER, type RouteDeps } from '../route-deps.ts';
import { AIO } from '@aio/catalog/attributes';
import { ringWorkers } from '../runs/ring-workers.ts';
import {
  ApprovalPage,
  ApprovalParams,
  ApprovalSchema,
  DecisionBody,
  ListApprovalsQuery,
} from './schema.ts';

type Deps = Pick<RouteDeps, 'pool' | 'signals' | 'wakeUps' | 'tracing'>;

export function approvalRoutes(deps: Deps): Route[] {
  const { pool } = deps;

  const list = defineRoute({
    id: 'listApprovals',
    tag: 'approvals',
    summary: 'Approvals, newest first',
    method: 'GET',
    path: '/api/v1/approvals',
    query: ListApprovalsQuery,
    responses: { 200: json('A page of approvals', ApprovalPage) },
    async handler({ query: { status = null, limit = DEFAULT_PAGE_SIZE, cursor = null } }) {
      const { items, nextCursor } = await listApprovals(pool, { status, limit, cursor });
      return reply(200, { items: items.map(presentApproval), nextCursor });
    },
  });

  const get = defineRoute({
    id: 'getApproval',
    tag: 'approvals',
    summary: 'One approval',
    method: 'GET',
    path: '/api/v1/approvals/{id}',
    params: ApprovalParams,
    responses: { 200: json('The approval', ApprovalSchema) },
    async handler({ params: { id } }) {
      return reply(200, await readApproval(id));
    },
  });

  const decide = defineRoute({
    id: 'decideApproval',
    tag: 'approvals',
    summary: 'Approve or reject, once',
    description: 'Of two decisions at the same time one is taken; the other is told so by 409.',
    method: 'POST',
    path: '/api/v1/approvals/{id}/decision',
    params: ApprovalParams,
    body: jsonBody(DecisionBody),
    responses: { 200: json('The decided approval', ApprovalSchema) },
    async handler({ params: { id }, body: { decision, comment = null } }) {
      const runId = await decideApproval(pool, {
        approvalId: id,
        decision,
        comment,
        decidedBy: OWNER,
      });
      // Whoever holds the run hears the signal; nobody holds it: the ring finds a worker.
      ringWorkers(deps, { [AIO.runId]: runId });
      await deps.signals.publish(runId);
      return reply(200, await readApproval(id));
    },
  });

  async function readApproval(id: string): Promise<Static<typeof ApprovalSchema>> {
    const approval = await getApproval(pool, id);
    if (approval === null) throw new AioError('not_found', `There is no approval ${id}.`);
    return presentApproval(approval);
  }

  return [list, get, decide];
}

function presentApproval(approval: Approval): Static<typeof ApprovalSchema> {
  return {
    id: approval.id,
    runId: approval.runId,
    workflow: approval.workflowName,
    step: approval.step,
    iteration: itemOrNull(approval.iteration),
    status: approval.status,
    message: approval.message,
    approver: approval.approver,
    comment: approval.comment,
    decidedBy: approval.decidedBy,
    createdAt: isoTime(approval.createdAt),
    decidedAt: isoTimeOrNull(approval.decidedAt),
  };
}
