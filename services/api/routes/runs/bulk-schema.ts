import { Type } from 'typebox';
import { BULK_ACTIONS } from '@aio/platform/queries/runs/bulk-jobs';
import { Id, Nullable, OneOf, Time } from '../../http/common-schema.ts';
import { RUN_FILTER } from './schema.ts';

export const BulkParams = Type.Object({ id: Id });

export const MOST_BULK_IDS = 1_000;
export const MOST_BULK_RUNS = 10_000;

export const BulkBody = Type.Object(
  {
    action: OneOf(BULK_ACTIONS),
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: MOST_BULK_IDS })),
    filter: Type.Optional(
      Type.Object(RUN_FILTER, {
        additionalProperties: false,
        description: `The filters of the list of runs. The action applies to the newest ${MOST_BULK_RUNS} matching runs that allow it.`,
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'BulkRequest',
    description: 'Either `ids` or `filter`.',
  },
);

export const BulkJobSchema = Type.Object(
  {
    id: Id,
    action: OneOf(BULK_ACTIONS),
    createdAt: Time,
    finishedAt: Nullable(Time),
    finished: Type.Boolean(),
    total: Type.Integer(),
    notFound: Type.Integer({
      description:
        'Number of named runs that do not exist or belong to others. `total` excludes them.',
    }),
    done: Type.Integer({ description: 'Number of successful runs.' }),
    failed: Type.Integer(),
    failures: Type.Array(
      Type.Object(
        { runId: Id, code: Type.String(), message: Type.String() },
        { title: 'BulkFailure', additionalProperties: false },
      ),
      { description: 'The first 20 failures.' },
    ),
  },
  { title: 'BulkJob', additionalProperties: false },
);
