import { Type } from 'typebox';
import { Nullable, Time } from '../../http/common-schema.ts';

export const QueueParams = Type.Object({ name: Type.String({ pattern: '^[a-z0-9-]{1,63}$' }) });

export const QueueSchema = Type.Object(
  {
    name: Type.String({
      description: 'The lane: `default` = runs that want a worker, any other = steps of the lane.',
    }),
    workers: Type.Integer({
      description: 'Workers that serve the lane. With 0 its steps stay ready until there is one.',
    }),
    slots: Type.Integer({
      description:
        'Steps that its workers execute at once; 0 for `default`, where none are counted.',
    }),
    slotsUsed: Type.Integer({ description: 'Slots in which a step executes now.' }),
    readySteps: Type.Integer({ description: 'Steps of the lane that wait for a worker.' }),
    queuedRuns: Type.Integer({
      description:
        'Runs that no worker has begun, without those of paused workflows; of `default` alone.',
    }),
    runningRuns: Type.Integer({
      description: 'Runs with steps that are ready or running; of `default` alone.',
    }),
    oldestReadyAgeSeconds: Type.Number({
      description: 'Age of the step or run that has waited longest; 0 = none waits.',
    }),
    expectedWaitSeconds: {
      ...Nullable(Type.Number()),
      description:
        'How long a step or run that comes now waits: what waits, by what workers began in the last minute. ' +
        '3600 at most; null = the lane is paused, or none of this version.',
    },
    jobs: Nullable(
      Type.Object(
        {
          waiting: Type.Integer(),
          active: Type.Integer(),
          delayed: Type.Integer(),
          failed: Type.Integer(),
        },
        { description: 'Jobs of its BullMQ queue; null = Redis did not answer.' },
      ),
    ),
    paused: Type.Boolean(),
    pause: Nullable(
      Type.Object(
        {
          by: { ...Nullable(Type.String()), description: 'null = that is not known.' },
          since: Time,
          reason: { ...Nullable(Type.String()), description: 'null = none was given.' },
        },
        { description: 'Who paused it, when and why; null = it is not paused.' },
      ),
    ),
  },
  { title: 'Queue', additionalProperties: false },
);

export const QueueList = Type.Array(QueueSchema);
