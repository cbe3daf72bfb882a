import { traceparentOf } from '@aio/runtime/trace-context';
import type { Static } from 'typebox';
import { AioError } from '@aio/core/errors';
import {
  type Approval,
  type ApprovalViewer,
  getApproval,
  listApprovals,
  listDecided,
} from '@aio/platform/queries/waits/list-approvals';
import { decideApproval } from '@aio/platform/queries/waits/decide-approval';
import { isAdmin, owns, type Principal } from '../../auth/principal.ts';
import { itemOrNull } from '../../http/common-schema.ts';
import { defineRoute, jsonBody, MB, type Route, SMALL } from '../../http/define-route.ts';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import {
  ApprovalPage,
  ApprovalParams,
  ApprovalSchema,
  DecisionBody,
  ListApprovalsQuery,
  MAX_APPROVALS,
} from './schema.ts';

type Deps = Pick<RouteDeps, 'pool' | 'readsOf' | 'announce'>;

export function approvalRoutes({ pool, readsOf, announce }: Deps): Route[] {
  const list = defineRoute({
    id: 'listApprovals',
    tag: 'approvals',
    summary: 'List approvals, newest first',
    description:
      'With the status `decided`, it lists what people approved or rejected, the latest decision first.',
    method: 'GET',
    atMost: { rows: MAX_APPROVALS, bytes: 8 * MB },
    path: '/api/v1/approvals',
    query: ListApprovalsQuery,
    responses: { 200: json('A page of approvals', ApprovalPage) },
    async handler({ query, principal }) {
      const { status = null, limit = MAX_APPROVALS, cursor = null } = query;
      const page = { viewer: viewerOf(principal), limit, cursor };
      const db = await readsOf(principal);
      const { items, nextCursor } =
        status === 'decided'
          ? await listDecided(db, page)
          : await listApprovals(db, { ...page, status });
      return reply(200, {
        items: items.map((item) => presentApproval(item, principal)),
        nextCursor,
      });
    },
  });

  const get = defineRoute({
    id: 'getApproval',
    tag: 'approvals',
    summary: 'Get an approval',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/approvals/{id}',
    params: ApprovalParams,
    responses: { 200: json('The approval', ApprovalSchema) },
    async handler({ params: { id }, principal }) {
      return reply(200, presentApproval(await requireApproval(principal, id), principal));
    },
  });

  const decide = defineRoute({
    id: 'decideApproval',
    tag: 'approvals',
    summary: 'Approve or reject',
    description:
      'If the approval names a person or role, only they can decide; otherwise the owner of the run can. Admins always can. The first decision stands; later ones get 409.',
    method: 'POST',
    path: '/api/v1/approvals/{id}/decision',
    params: ApprovalParams,
    body: jsonBody(DecisionBody),
    responses: { 200: json('The decided approval', ApprovalSchema) },
    async handler({ params: { id }, body: { decision, comment = null }, principal, actor, span }) {
      if (!mayDecide(principal, await requireApproval(principal, id))) {
        throw new AioError(
          'forbidden',
          'Only the person or role that this approval names, or an admin, can decide it.',
        );
      }
      const run = await decideApproval(pool, {
        approvalId: id,
        decision,
        comment,
        decidedBy: principal.name,
        traceparent: traceparentOf(span),
        audit: actor,
      });
      await announce([run]);
      return reply(200, presentApproval(await requireApproval(principal, id), principal));
    },
  });

  async function requireApproval(principal: Principal, id: string): Promise<Approval> {
    const approval = await getApproval(pool, id, viewerOf(principal));
    if (approval !== null) return approval;
    throw new AioError('not_found', `There is no approval ${id}.`);
  }

  return [list, get, decide];
}

/** null = all approvals. */
function viewerOf(principal: Principal): ApprovalViewer | null {
  return isAdmin(principal) ? null : principal;
}

function presentApproval(approval: Approval, principal: Principal): Static<typeof ApprovalSchema> {
  const maySeeRun = owns(principal, approval.owner);
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
    dueAt: isoTimeOrNull(approval.dueAt),
    title: maySeeRun ? approval.title : null,
    inputStart: maySeeRun ? approval.inputStart : null,
    mayDecide: mayDecide(principal, approval),
    maySeeRun,
  };
}

/** Whether the approval names the principal or one of its roles. */
function isAskedFor({ uniqueName, subject, roles }: Principal, { approver }: Approval): boolean {
  if (approver === null) return false;
  if ('role' in approver) return roles.includes(approver.role);
  return approver.user === subject || approver.user.toLowerCase() === uniqueName?.toLowerCase();
}

/** If an approval names a person or role, the run's owner cannot decide it. */
export function mayDecide(principal: Principal, approval: Approval): boolean {
  if (approval.approver !== null && !isAdmin(principal)) return isAskedFor(principal, approval);
  return owns(principal, approval.owner);
}
