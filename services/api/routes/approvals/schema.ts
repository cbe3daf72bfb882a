import { Type } from 'typebox';
import {
  AnyJson,
  Id,
  Nullable,
  OneOf,
  Page,
  PAGE_QUERY,
  StepId,
  Text,
  Time,
  WorkflowName,
} from '../../http/common-schema.ts';

const APPROVAL_STATUSES = ['pending', 'approved', 'rejected', 'cancelled'] as const;

export const ApprovalParams = Type.Object({ id: Id });

/** Of a page: each has a message of up to 16,384 characters. */
export const MAX_APPROVALS = 50;

export const ListApprovalsQuery = Type.Object(
  {
    status: Type.Optional(OneOf([...APPROVAL_STATUSES, 'decided'])),
    ...PAGE_QUERY,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_APPROVALS, default: MAX_APPROVALS }),
    ),
  },
  { additionalProperties: false },
);

export const DecisionBody = Type.Object(
  { decision: OneOf(['approved', 'rejected']), comment: Type.Optional(Text(2000)) },
  { additionalProperties: false, title: 'Decision' },
);

export const ApprovalSchema = Type.Object(
  {
    id: Id,
    runId: Id,
    workflow: WorkflowName,
    step: StepId,
    iteration: Nullable(Type.Integer()),
    status: OneOf(APPROVAL_STATUSES),
    message: Nullable(Type.String()),
    approver: AnyJson,
    comment: Nullable(Type.String()),
    decidedBy: Nullable(Type.String()),
    createdAt: Time,
    decidedAt: Nullable(Time),
    dueAt: {
      ...Nullable(Time),
      description: 'When a pending approval times out; null = never.',
    },
    title: {
      ...Nullable(Type.String()),
      description: 'Title of the run; null = it has none, or you may not see the run.',
    },
    inputStart: {
      ...Nullable(Type.String()),
      description:
        "The beginning of the run's input as JSON; null = the input is empty or long, or you may not see the run.",
    },
    mayDecide: Type.Boolean({ description: 'Whether you may decide.' }),
    maySeeRun: Type.Boolean({
      description: 'Whether you may see the run.',
    }),
  },
  { title: 'Approval', additionalProperties: false },
);

export const ApprovalPage = Page('ApprovalPage', ApprovalSchema);
