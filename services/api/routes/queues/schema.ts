import { Type } from 'typebox';
import { Nullable, Time } from '../../http/common-schema.ts';

export const QueueParams = Type.Object({ name: Type.String({ pattern: '^[a-z0-9-]{1,63}$' }) });

export const QueueSchema = Type.Object(
  {
    name: Type.String({
      description: 'Name of the lane. `default` holds runs, the others hold steps.',
    }),
    workers: Type.Integer({
      description: 'Workers that serve the lane. With 0, its steps stay ready.',
    }),
    slots: Type.Integer({
      description: 'Number of steps that the workers can execute at once; 0 for `default`.',
    }),
    slotsUsed: Type.Integer({ description: 'Slots that execute a step now.' }),
    readySteps: Type.Integer({ description: 'Steps of the lane that wait for a worker.' }),
    queuedRuns: Type.Integer({
      description:
        'Only `default`: runs that no worker has claimed, without those of paused workflows.',
    }),
    runningRuns: Type.Integer({
      description: 'Only `default`: runs with ready or running steps.',
    }),
    oldestReadyAgeSeconds: Type.Number({
      description: 'Age of the oldest waiting step or run; 0 = none waits.',
    }),
    expectedWaitSeconds: {
      ...Nullable(Type.Number()),
      description:
        'Expected wait of a new step or run: waiting work / work started in the last minute. ' +
        'At most 3600; null = the lane is paused, or this version does not know it.',
    },
    jobs: Nullable(
      Type.Object(
        {
          waiting: Type.Integer(),
          active: Type.Integer(),
          delayed: Type.Integer(),
          failed: Type.Integer(),
        },
        { description: 'Jobs of the BullMQ queue; null = Redis did not answer.' },
      ),
    ),
    paused: Type.Boolean(),
    pause: Nullable(
      Type.Object(
        {
          by: { ...Nullable(Type.String()), description: 'null = unknown.' },
          since: Time,
          reason: { ...Nullable(Type.String()), description: 'null = none.' },
        },
        { description: 'Who paused it, when and why; null = not paused.' },
      ),
    ),
  },
  { title: 'Queue', additionalProperties: false },
);

export const QueueList = Type.Array(QueueSchema);
