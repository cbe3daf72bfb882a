import { Type } from 'typebox';
import { Nullable } from '../../http/common-schema.ts';

export const QueueParams = Type.Object({ name: Type.String({ pattern: '^[a-z0-9-]{1,63}$' }) });

export const QueueSchema = Type.Object(
  {
    name: Type.String(),
    workers: Type.Integer({
      description: 'Workers that take its steps; with 0 they stay ready until there is one.',
    }),
    readySteps: Type.Integer(),
    queuedRuns: Type.Integer(),
    runningRuns: Type.Integer(),
    oldestReadyAgeSeconds: Type.Number(),
    jobs: Nullable(
      Type.Object(
        {
          waiting: Type.Integer(),
          active: Type.Integer(),
          delayed: Type.Integer(),
          failed: Type.Integer(),
        },
        { description: 'Wake-ups in Redis; null = Redis did not answer.' },
      ),
    ),
    paused: Type.Boolean(),
  },
  { title: 'Queue', additionalProperties: false },
);

export const QueueList = Type.Array(QueueSchema);
