import { type TSchema, Type } from 'typebox';
import type { Game, GameDays } from '@aio/catalog/game-days';
import { MOST_TRAFFIC_MINUTES } from '@aio/catalog/game-days';
import { Nullable, OneOf } from '../../http/common-schema.ts';

/** The answers of the controller. The API passes them on, so unknown fields are allowed. */

const Name = Type.String({ pattern: '^[a-z0-9-]{1,63}$' });
const Moment = Type.Number({ description: 'Milliseconds since 1970.' });
const Count = Type.Integer({ minimum: 0 });
const Texts = Type.Array(Type.String());
const MaybeSeconds = Nullable(Type.Number());
const described = <Schema extends TSchema>(schema: Schema, description: string) => ({
  ...schema,
  description,
});

const PromisedAlertSchema = Type.Object(
  {
    alert: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    severity: OneOf(['page', 'ticket', 'none']),
    withinSeconds: Type.Number({ description: 'From the fault to firing.' }),
    measured: described(
      Nullable(
        Type.Object({ firing: MaybeSeconds, arrived: MaybeSeconds, resolved: MaybeSeconds }),
      ),
      'Seconds that the drills measured with the shipped rules; null = they have not.',
    ),
  },
  { title: 'PromisedAlert' },
);

const GameFaultSchema = Type.Object(
  {
    name: Name,
    what: Type.String({ description: 'What is broken.' }),
    hits: OneOf([
      'service',
      'model',
      'worker',
      'workers',
      'redis',
      'postgres',
      'workflow',
      'queue',
    ]),
    promise: Type.Object(
      {
        alerts: Type.Array(PromisedAlertSchema),
        mayFire: described(Texts, 'Alerts that may fire, too. All others must not.'),
        lastsSeconds: described(
          MaybeSeconds,
          'The fault ends after this time; null = once its alerts have arrived.',
        ),
        users: Type.String({ description: 'What users notice.' }),
        engine: Type.String({ description: 'What AIO does about it.' }),
      },
      { title: 'GamePromise' },
    ),
    unavailable: described(
      Nullable(Type.String()),
      'Why the fault cannot run here; null = it can.',
    ),
  },
  { title: 'GameFault' },
);

const GameVerdictSchema = Type.Object(
  {
    isKept: Type.Boolean({
      description: 'The promise was kept, and no accepted run is lost or doubled.',
    }),
    misses: described(Texts, 'Why not.'),
    skipped: described(Texts, 'What the controller could not see, and why.'),
    accepted: Count,
    lost: Count,
    doubled: Count,
    detect: described(MaybeSeconds, 'Seconds from the fault to firing.'),
    deliver: described(MaybeSeconds, 'Seconds from the fault to delivery.'),
    recover: described(MaybeSeconds, 'Seconds from the repair to the end of the alerts.'),
    missingMinutes: Type.Number({ minimum: 0 }),
    links: Type.Array(
      Type.Object({
        what: OneOf(['trace', 'panel', 'logs', 'runbook']),
        // The web UI makes links of them.
        path: Type.String({ pattern: '^/[a-z][^\\\\]*$' }),
      }),
    ),
  },
  { title: 'GameVerdict' },
);

export const GameSchema = Type.Unsafe<Game>(
  Type.Object(
    {
      id: Type.String(),
      state: OneOf(['starting', 'broken', 'mending', 'resolving', 'ended']),
      isBlind: Type.Boolean(),
      fault: described(Nullable(Name), 'null = blind, and neither guessed nor ended.'),
      startedAt: Moment,
      brokenAt: Nullable(Moment),
      mendedBy: described(Nullable(Moment), 'The fault is mended by then, whatever happens.'),
      line: Type.Array(
        Type.Object(
          {
            kind: OneOf([
              'fault',
              'first-error',
              'pending',
              'firing',
              'delivered',
              'mended',
              'resolved',
            ]),
            at: Moment,
            seconds: Type.Number({ description: 'Since the fault began.' }),
            what: Type.String({ description: 'The alert or the error.' }),
          },
          { title: 'GameEvent' },
        ),
      ),
      wrong: described(Texts, 'Alerts that fire and are not promised.'),
      panels: Type.Array(Type.Object({ dashboardUid: Type.String(), title: Type.String() }), {
        description: 'Empty while the fault is secret.',
      }),
      guess: Nullable(Type.Object({ fault: Name, isRight: Type.Boolean() })),
      verdict: Nullable(GameVerdictSchema),
    },
    { title: 'Game' },
  ),
);

export const MaybeGameSchema = Nullable(GameSchema);

export const GameDaysSchema = Type.Unsafe<GameDays>(
  Type.Object(
    {
      faults: Type.Array(GameFaultSchema),
      traffic: Type.Object({
        isRunning: Type.Boolean(),
        minutes: Type.Number({ description: 'With traffic, in the last hour.' }),
        missingMinutes: Type.Number({ description: 'Further ones before promises hold.' }),
      }),
      undelivered: described(
        Nullable(Type.String()),
        'Why no alert is delivered; null = Alertmanager runs.',
      ),
      game: Nullable(GameSchema),
    },
    { title: 'GameDays' },
  ),
);

export const StartGameBody = Type.Union(
  [
    Type.Object({ fault: Name }, { additionalProperties: false }),
    Type.Object(
      { blind: Type.Literal(true, { description: 'AIO chooses, and does not tell.' }) },
      { additionalProperties: false },
    ),
  ],
  { title: 'StartGame' },
);

export const GuessBody = Type.Object(
  { fault: Name },
  { title: 'Guess', additionalProperties: false },
);

export const TrafficBody = Type.Object(
  {
    minutes: Type.Integer({ minimum: 0, maximum: MOST_TRAFFIC_MINUTES, description: '0 = stop.' }),
  },
  { title: 'Traffic', additionalProperties: false },
);
